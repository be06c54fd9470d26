"""Serves the tiny language model with llama.cpp's own server until its input ends. Prints the address
up to the version when it is ready.

Usage: python serve_llama.py FILE
"""

import sys

import xllamacpp


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    settings = xllamacpp.CommonParams()
    settings.model.path = sys.argv[1]
    settings.model_alias = {"tiny"}
    settings.hostnames, settings.port = ["127.0.0.1"], 0
    # Long speeches: whoever does not let go of one keeps its seat from the others.
    settings.n_ctx, settings.n_parallel = 65536, 2
    settings.cpuparams.n_threads = 1
    settings.endpoint_metrics = False
    server = xllamacpp.Server(settings)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
