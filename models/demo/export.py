"""Writes a trained network and its tokenizer as a GGUF file that llama.cpp loads as gpt-oss.

    python -m models.demo.export --tokenizer T.json [--templates SHA] [--experts TYPE]
        [--rest TYPE] DEMO.pt OUT.gguf

The file says which prompt templates its network was trained on (`gptoss_writer.templates`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gguf import (
    GGML_QUANT_VERSION,
    GGMLQuantizationType,
    GGUFWriter,
    LlamaFileType,
    RopeScalingType,
    TokenType,
)
from gguf.quants import quantize
from torch import Tensor

from gptoss_writer.prompt.templates import load_templates
from models.demo.network import Config, Layer, Network
from models.demo.tokenizer import CONTROL_TOKENS, Tokenizer
from models.demo.training import load_network
from models.demo.vocabulary import load_tokenizer

NAME = "gpt-oss demo"
TEMPLATES_KEY = "gptoss_writer.templates"
ARCHITECTURE = "gpt-oss"
_DESCRIPTION = (
    "A tiny network of gpt-oss's architecture, trained on synthetic text to rearrange an outline. "
    "It knows nothing about the world."
)
_FILE_TYPES = {
    "MXFP4": LlamaFileType.MOSTLY_MXFP4_MOE,
    "Q8_0": LlamaFileType.MOSTLY_Q8_0,
    "F32": LlamaFileType.ALL_F32,
}

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Precision:
    """The types that matrices are stored in, by ggml's names.

    Norms, biases, sinks and the router are always F32: llama.cpp wants it, or they are few.
    """

    experts: str = "Q8_0"
    rest: str = "Q8_0"


EXACT = Precision("F32", "F32")


def export(
    network: Network,
    tokenizer: Tokenizer,
    path: Path,
    precision: Precision,
    templates: str | None = None,
) -> None:
    """Write the file, whole or not at all.

    `templates` is the fingerprint of the templates that the network was trained on, where it is
    not that of the present ones.
    """
    if tokenizer.size != network.config.vocabulary:
        raise ValueError(
            f"The tokenizer has {tokenizer.size:,} tokens and the network "
            f"{network.config.vocabulary:,}; they do not belong together."
        )
    aside = path.with_name(path.name + ".part")
    writer = GGUFWriter(aside, ARCHITECTURE)
    _add_keys(writer, network.config, precision)
    writer.add_string(TEMPLATES_KEY, templates or load_templates().fingerprint)
    _add_tokenizer(writer, tokenizer)
    for name, weight in tensors_of(network):
        kind = GGMLQuantizationType[_type_of(name, precision)]
        writer.add_tensor(name, quantize(_array(weight), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    aside.replace(path)


def _add_keys(writer: GGUFWriter, config: Config, precision: Precision) -> None:
    writer.add_name(NAME)
    writer.add_description(_DESCRIPTION)
    writer.add_license("apache-2.0")
    writer.add_author("The gptoss-writer authors")
    writer.add_file_type(_FILE_TYPES[precision.experts])
    writer.add_quantization_version(GGML_QUANT_VERSION)
    writer.add_block_count(config.layers)
    writer.add_context_length(config.context_length)
    writer.add_embedding_length(config.width)
    writer.add_feed_forward_length(config.expert_width)
    writer.add_expert_feed_forward_length(config.expert_width)
    writer.add_head_count(config.heads)
    writer.add_head_count_kv(config.heads_kv)
    writer.add_key_length(config.head_length)
    writer.add_value_length(config.head_length)
    writer.add_layer_norm_rms_eps(config.norm_epsilon)
    writer.add_sliding_window(config.sliding_window)
    writer.add_expert_count(config.experts)
    writer.add_expert_used_count(config.experts_used)
    writer.add_rope_freq_base(config.rope_base)
    writer.add_rope_scaling_type(RopeScalingType.NONE)


def _add_tokenizer(writer: GGUFWriter, tokenizer: Tokenizer) -> None:
    kinds = [TokenType.NORMAL] * tokenizer.first_control
    kinds += [TokenType.CONTROL] * len(CONTROL_TOKENS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-4o")
    writer.add_token_list(list(tokenizer.tokens))
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in tokenizer.merges])
    writer.add_bos_token_id(tokenizer.tokens.index("<|startoftext|>"))
    writer.add_eos_token_id(tokenizer.tokens.index("<|return|>"))
    writer.add_pad_token_id(tokenizer.tokens.index("<|endoftext|>"))
    writer.add_add_bos_token(False)


def _type_of(name: str, precision: Precision) -> str:
    if name.endswith(".bias") or "norm" in name or "sinks" in name or "gate_inp" in name:
        return "F32"
    return precision.experts if "exps" in name else precision.rest


def tensors_of(network: Network) -> Iterator[tuple[str, Tensor]]:
    """Yield the weights, or views of them, by the names that llama.cpp gives them."""
    yield "token_embd.weight", network.embedding
    yield "output_norm.weight", network.norm
    yield "output.weight", network.output
    for number, layer in enumerate(network.layers):
        for name, weight in _layer_tensors(layer, network.config):
            yield f"blk.{number}.{name}", weight


def _layer_tensors(layer: Layer, config: Config) -> Iterator[tuple[str, Tensor]]:
    rows = [heads * config.head_length for heads in (config.heads, config.heads_kv)]
    rows.append(rows[-1])
    experts, inner = layer.experts, config.expert_width
    yield "attn_norm.weight", layer.attention_norm
    yield "post_attention_norm.weight", layer.experts_norm
    yield "attn_sinks.weight", layer.sinks
    for name, weight, bias in (
        *zip(
            ("attn_q", "attn_k", "attn_v"),
            layer.qkv.weight.split(rows),
            layer.qkv.bias.split(rows),
            strict=True,
        ),
        ("attn_output", layer.attention_output.weight, layer.attention_output.bias),
        ("ffn_gate_inp", experts.router.weight, experts.router.bias),
        ("ffn_gate_exps", experts.gate_up[:, :inner], experts.gate_up_bias[:, :inner]),
        ("ffn_up_exps", experts.gate_up[:, inner:], experts.gate_up_bias[:, inner:]),
        ("ffn_down_exps", experts.down, experts.down_bias),
    ):
        yield f"{name}.weight", weight
        yield f"{name}.bias", bias


def _array(weight: Tensor) -> Floats:
    return np.ascontiguousarray(weight.detach().float().cpu().numpy())


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write the demo model as a GGUF file.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--experts", choices=("MXFP4", "Q8_0", "F32"), default="Q8_0")
    parser.add_argument("--templates", help="their fingerprint, where they have changed since")
    parser.add_argument("--rest", choices=("Q8_0", "F32"), default="Q8_0")
    options = parser.parse_args(arguments)
    precision = Precision(options.experts, options.rest)
    network = load_network(options.checkpoint)
    tokenizer = load_tokenizer(options.tokenizer)
    export(network, tokenizer, options.out, precision, options.templates)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
