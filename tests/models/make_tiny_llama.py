"""Makes a tiny language model for the tests, in the format of llama.cpp. Seeded: the weights mean
nothing, but are the same everywhere.

Usage: python make_tiny_llama.py FILE
"""

import hashlib
import pathlib
import sys

import gguf
import numpy as np

LAYERS, WIDTH, HEADS, INNER, POSITIONS = 2, 64, 4, 128, 32768
SPECIAL = ["<unk>", "<s>", "</s>"]
BYTES = [f"<0x{i:02X}>" for i in range(256)]
# Letters and a stretch of the Unicode block: what it says is nonsense, but readable.
LETTERS = [chr(ord("a") + i) for i in range(26)] + [chr(0x515A + i) for i in range(200)]
CHAT = "{% for it in messages %}{{ it['role'] }}: {{ it['content'] }}\n{% endfor %}assistant:"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = pathlib.Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(str(path), "llama")
    parameters(writer)
    vocabulary(writer)
    weights(writer, np.random.default_rng(1))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    made = path.read_bytes()
    print(f"{path.name}: {len(made) / 1e6:.2f} MB, sha256 {hashlib.sha256(made).hexdigest()[:8]}")


def parameters(writer):
    """The shape of the network."""
    writer.add_name("tiny")
    writer.add_context_length(POSITIONS)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def vocabulary(writer):
    """Bytes, so that it can read anything, and some letters."""
    kinds = gguf.TokenType
    tokens = SPECIAL + BYTES + LETTERS
    types = [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL] + [kinds.BYTE] * 256 + [kinds.NORMAL] * len(LETTERS)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(CHAT)


def weights(writer, random):
    """Two layers of a transformer."""
    size = len(SPECIAL) + len(BYTES) + len(LETTERS)

    def weight(name, *shape):
        writer.add_tensor(name, (random.standard_normal(shape) * 0.2).astype(np.float32))

    def ones(name):
        writer.add_tensor(name, np.ones(WIDTH, np.float32))

    weight("token_embd.weight", size, WIDTH)
    output = (random.standard_normal((size, WIDTH)) * 0.2).astype(np.float32)
    # Half a character is nothing to look at, and an early end nothing to test on: such tokens are all but
    # out of reach.
    output[: len(SPECIAL) + len(BYTES)] *= 0.01
    writer.add_tensor("output.weight", output)
    ones("output_norm.weight")
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        ones(block + "attn_norm.weight")
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weight(f"{block}{part}.weight", WIDTH, WIDTH)
        ones(block + "ffn_norm.weight")
        weight(block + "ffn_gate.weight", INNER, WIDTH)
        weight(block + "ffn_up.weight", INNER, WIDTH)
        weight(block + "ffn_down.weight", WIDTH, INNER)


if __name__ == "__main__":
    main()
