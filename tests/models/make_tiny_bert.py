"""Makes two tiny BERT models for the tests: `embedder` and `reranker`, each a folder as fastembed
reads it. Seeded: the weights mean nothing, but are the same everywhere.

Usage: python make_tiny_bert.py FOLDER
"""

import hashlib
import json
import math
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

LAYERS, WIDTH, HEADS, INNER, POSITIONS = 2, 32, 4, 64, 128
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
# A stretch of the Unicode block, not the characters of any text; then digits and letters.
VOCABULARY = SPECIAL + [chr(0x515A + i) for i in range(-200, 3600)] + list("0123456789abcdefghijklmnopqrstuvwxyz")
PASSAGES = ["党员", "党员应当按时交纳党费", "一二三"]
QUESTION = "党员交纳"


class Graph:
    """Collects nodes and weights under fresh names."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights, self.count = [], [], 0

    def add(self, kind, *inputs, **attributes):
        """One node with one output, whose name it gives."""
        self.count += 1
        name = f"{kind.lower()}_{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, value):
        """A tensor stored with the model."""
        self.count += 1
        name = f"constant_{self.count}"
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def weight(self, *shape, scale=0.2):
        """A random weight."""
        return self.constant((self.random.standard_normal(shape) * scale).astype(np.float32))

    def linear(self, x, width_in, width_out):
        """x · W + b"""
        product = self.add("MatMul", x, self.weight(width_in, width_out))
        return self.add("Add", product, self.weight(width_out, scale=0.02))

    def normalise(self, x):
        """Layer normalisation over the last axis."""
        one, zero = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)
        return self.add("LayerNormalization", x, self.constant(one), self.constant(zero), axis=-1)

    def heads(self, x):
        """[batch, length, width] to [batch, heads, length, width / heads]"""
        split = self.add("Reshape", x, self.constant(np.array([0, 0, HEADS, WIDTH // HEADS], np.int64)))
        return self.add("Transpose", split, perm=[0, 2, 1, 3])


def encoder(graph):
    """Embeddings and layers of a BERT; gives the name of the last hidden state."""
    words = graph.add("Gather", graph.weight(len(VOCABULARY), WIDTH, scale=1.0), "input_ids")
    types = graph.add("Gather", graph.weight(2, WIDTH), "token_type_ids")
    length = graph.add("Gather", graph.add("Shape", "input_ids"), graph.constant(np.int64(1)))
    steps = graph.add("Range", graph.constant(np.int64(0)), length, graph.constant(np.int64(1)))
    places = graph.add("Gather", graph.weight(POSITIONS, WIDTH), steps)
    x = graph.normalise(graph.add("Add", graph.add("Add", words, types), places))
    # 0 where the mask is 1, a large negative number where it is 0, for every head and query.
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    mask = graph.add("Mul", graph.add("Sub", graph.constant(np.float32(1)), mask), graph.constant(np.float32(-1e4)))
    mask = graph.add("Unsqueeze", mask, graph.constant(np.array([1, 2], np.int64)))
    for _ in range(LAYERS):
        x = layer(graph, x, mask)
    return x


def layer(graph, x, mask):
    """Self-attention and a feed-forward network, each with a residual and a normalisation."""
    query, key, value = (graph.heads(graph.linear(x, WIDTH, WIDTH)) for _ in range(3))
    scores = graph.add("MatMul", query, graph.add("Transpose", key, perm=[0, 1, 3, 2]))
    scores = graph.add("Mul", scores, graph.constant(np.float32(1 / math.sqrt(WIDTH // HEADS))))
    weights = graph.add("Softmax", graph.add("Add", scores, mask), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", weights, value), perm=[0, 2, 1, 3])
    mixed = graph.add("Reshape", mixed, graph.constant(np.array([0, 0, WIDTH], np.int64)))
    x = graph.normalise(graph.add("Add", x, graph.linear(mixed, WIDTH, WIDTH)))
    inner = graph.add("Relu", graph.linear(x, WIDTH, INNER))
    return graph.normalise(graph.add("Add", x, graph.linear(inner, INNER, WIDTH)))


def embedder():
    """Gives `last_hidden_state`, [batch, length, width]."""
    graph = Graph(seed=1)
    return model(graph, encoder(graph), "last_hidden_state", ["batch", "length", WIDTH])


def reranker():
    """Gives `logits`, [batch, 1], from the first position."""
    graph = Graph(seed=2)
    first = graph.add("Gather", encoder(graph), graph.constant(np.int64(0)), axis=1)
    return model(graph, graph.linear(first, WIDTH, 1), "logits", ["batch", 1])


def flat_reranker():
    """Gives `logits` of rank 1, which must be refused."""
    graph = Graph(seed=2)
    first = graph.add("Gather", encoder(graph), graph.constant(np.int64(0)), axis=1)
    flat = graph.add("Reshape", graph.linear(first, WIDTH, 1), graph.constant(np.array([-1], np.int64)))
    return model(graph, flat, "logits", ["batch"])


def model(graph, last, output, shape):
    """A checked ONNX model that names its last tensor `output`."""
    graph.nodes.append(helper.make_node("Identity", [last], [output]))
    names = ["input_ids", "attention_mask", "token_type_ids"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in names]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)]
    made = helper.make_graph(graph.nodes, "tiny_bert", inputs, outputs, graph.weights)
    whole = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(whole, full_check=True)
    return whole.SerializeToString()


def tokenizer():
    """The four files that go with a model: a WordPiece tokenizer that splits Chinese by character."""
    ids = {token: i for i, token in enumerate(VOCABULARY)}
    special = [
        {"id": ids[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": True}
        for token in SPECIAL
    ]
    first, second = {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}
    mark = lambda token, kind: {"SpecialToken": {"id": token, "type_id": kind}}
    rules = {
        "type": "TemplateProcessing",
        "single": [mark("[CLS]", 0), first, mark("[SEP]", 0)],
        "pair": [mark("[CLS]", 0), first, mark("[SEP]", 0), second, mark("[SEP]", 1)],
        "special_tokens": {
            token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")
        },
    }
    normaliser = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                  "strip_accents": None, "lowercase": True}
    pieces = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100, "vocab": ids}
    whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
             "normalizer": normaliser, "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": rules, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
             "model": pieces}
    return {
        "tokenizer.json": whole,
        "config.json": {"model_type": "bert", "hidden_size": WIDTH, "pad_token_id": ids["[PAD]"]},
        "special_tokens_map.json": {"cls_token": "[CLS]", "mask_token": "[MASK]", "pad_token": "[PAD]",
                                    "sep_token": "[SEP]", "unk_token": "[UNK]"},
        "tokenizer_config.json": {"model_max_length": POSITIONS, "pad_token": "[PAD]"},
    }


def encode(text, pair=None):
    """What the tokenizer does with plain Chinese: one token a character, between the marks. Written
    apart from the library, so that the tests compare two ways to the same vector."""
    ids = {token: i for i, token in enumerate(VOCABULARY)}
    tokens = ["[CLS]", *text, "[SEP]"]
    kinds = [0] * len(tokens)
    if pair is not None:
        tokens += [*pair, "[SEP]"]
        kinds += [1] * (len(pair) + 1)
    row = np.array([[ids.get(token, ids["[UNK]"]) for token in tokens]], np.int64)
    return {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.array([kinds], np.int64)}


def expected_vectors(made):
    """Unit vectors of some sentences by both poolings, as ONNX Runtime gives them here."""
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    unit = lambda vector: (vector / np.linalg.norm(vector)).tolist()
    found = []
    for text in PASSAGES:
        hidden = session.run(None, encode(text))[0][0]
        found.append({"text": text, "cls": unit(hidden[0]), "mean": unit(hidden.mean(axis=0))})
    return {"vectors": found}


def expected_scores(made):
    """Scores of some passages against one question, lowest first: a caller that sorts by score
    instead of keeping the order is found out."""
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    score = lambda text: float(session.run(None, encode(QUESTION, text))[0][0, 0])
    passages = sorted(PASSAGES, key=score)
    return {"question": QUESTION, "passages": passages, "scores": [score(text) for text in passages]}


def write(folder, made, expected):
    """Writes one model's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(made)
    for name, content in {**tokenizer(), "expected.json": expected}.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    print(f"{folder.name}: {len(made) / 1e6:.2f} MB, sha256 {hashlib.sha256(made).hexdigest()[:8]}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    first, second = embedder(), reranker()
    write(folder / "embedder", first, expected_vectors(first))
    write(folder / "reranker", second, expected_scores(second))
    write(folder / "flat-reranker", flat_reranker(), {})


if __name__ == "__main__":
    main()
