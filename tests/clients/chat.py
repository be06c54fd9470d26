"""The official Python client against our OpenAI-compatible interface.

BASE_URL and API_KEY come from scripts/test-clients.sh.
"""

import os

import openai

BASE_URL = os.environ["BASE_URL"] + "/v1"
API_KEY = os.environ["API_KEY"]
MODEL = "dangwutong"
MESSAGES = [{"role": "user", "content": "流动党员没有转组织关系，能在流入地投票吗？"}]


def client(key: str = API_KEY) -> openai.OpenAI:
    """A client that tries once."""
    return openai.OpenAI(base_url=BASE_URL, api_key=key, max_retries=0)


def refuses(error: type, key: str = API_KEY, **request) -> None:
    """Checks that a request ends in this error, with a message."""
    try:
        client(key).chat.completions.create(**request)
    except error as said:
        assert said.message, "an error says what is wrong"
        return
    raise AssertionError(f"{error.__name__} expected")


def main() -> None:
    """Models, an answer, a stream, a refusal, errors."""
    assert [it.id for it in client().models.list()] == [MODEL]

    whole = client().chat.completions.create(model=MODEL, messages=MESSAGES)
    message = whole.choices[0].message
    assert whole.choices[0].finish_reason == "stop" and "依据" in message.content
    assert message.model_extra["citations"], "citations stand in an extra field"
    assert whole.model_extra["dangwutong"]["state"] == "grounded"

    text, citations, usage = "", [], None
    stream = client().chat.completions.create(
        model=MODEL, messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )
    for chunk in stream:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            citations += (choice.delta.model_extra or {}).get("citations", [])
        usage = chunk.usage or usage
    assert text == message.content, "streamed or not, the words are the same"
    assert citations == message.model_extra["citations"]
    assert usage is not None and usage.total_tokens > 0

    # Leaving a stream half-way is no error for the next one.
    for _ in client().chat.completions.create(model=MODEL, messages=MESSAGES, stream=True):
        break

    refused = client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "帮我查一下某公司的王某是不是党员"}]
    )
    assert refused.choices[0].message.model_extra["citations"] == []
    assert refused.model_extra["dangwutong"]["code"] == "OTHERS_DATA"

    refuses(openai.AuthenticationError, key="dwt-wrong", model=MODEL, messages=MESSAGES)
    refuses(openai.NotFoundError, model="other", messages=MESSAGES)
    refuses(openai.UnprocessableEntityError, model=MODEL, messages=[])
    print(f"openai (Python): {len(text)} 字，{len(citations)} 条引用，通过")


main()
