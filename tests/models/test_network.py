"""The network computes gpt-oss, and batches of articles compute what single texts do."""

from __future__ import annotations

import math
from inspect import signature
from itertools import islice, pairwise

import numpy as np
import pytest

from models.demo.tokenizer import Tokenizer
from tests.models.fake_samples import draw_fake_articles

pytest.importorskip("torch", reason="the recipe's own dependency is not installed")

import torch
from torch.nn.attention.varlen import varlen_attn

from models.demo import attention, text_attention
from models.demo.batches import batch_plans, make_batch, texts
from models.demo.experts import Experts
from models.demo.network import Batch, Config, Layer, Network
from models.demo.packing import pack_articles
from models.demo.shards import Shard

CPU = torch.device("cpu")
SMALL = Config(
    layers=3,
    width=32,
    heads=4,
    heads_kv=2,
    head_length=16,
    experts=4,
    expert_width=32,
    vocabulary=512,
)


@pytest.fixture(scope="module")
def shard(small_tokenizer: Tokenizer) -> Shard:
    """Pack some made-up articles."""
    return pack_articles(islice(draw_fake_articles(1), 40), small_tokenizer)


@pytest.fixture(scope="module")
def network() -> Network:
    """Make a small network whose every weight matters."""
    torch.manual_seed(0)
    network = Network(SMALL)
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return network


def plain_logits(network: Network, ids: list[int]) -> torch.Tensor:
    """Compute the logits of one text in the most literal way, one token and head at a time."""
    stream = network.embedding[torch.tensor(ids)]
    for layer in network.layers:
        normed = norm(stream, layer.attention_norm)
        stream = stream + layer.attention_output(plain_attention(layer, normed))
        stream = stream + plain_experts(layer.experts, norm(stream, layer.experts_norm))
    return norm(stream, network.norm) @ network.output.T


def norm(stream: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Divide by the root of the mean square."""
    return stream / (stream.square().mean(-1, keepdim=True) + 1e-5).sqrt() * weight


def plain_attention(layer: Layer, normed: torch.Tensor) -> torch.Tensor:
    """Attend with a sink beside the scores of each query."""
    length = SMALL.head_length
    heads = layer.qkv(normed).view(len(normed), -1, length)
    angles = torch.arange(len(normed))[:, None] * SMALL.rope_base ** -(
        torch.arange(0, length, 2) / length
    )
    turn = torch.polar(torch.ones_like(angles), angles)[:, None]
    pairs = torch.complex(heads[..., : length // 2], heads[..., length // 2 :])[:, :-2] * turn
    turned = torch.cat((pairs.real, pairs.imag), -1)
    results = []
    for head in range(SMALL.heads):
        group = head // (SMALL.heads // SMALL.heads_kv)
        keys, values = turned[:, SMALL.heads + group], heads[:, SMALL.heads + 2 + group]
        scores = turned[:, head] @ keys.T / math.sqrt(length)
        scores += torch.full_like(scores, -math.inf).triu(1)
        sink = layer.sinks[head].expand(len(scores), 1)
        shares = torch.cat((scores, sink), 1).softmax(-1)[:, :-1]
        results.append(shares @ values)
    return torch.cat(results, -1)


def plain_experts(experts: Experts, normed: torch.Tensor) -> torch.Tensor:
    """Send each token to its experts."""
    results = []
    for token in normed:
        top, chosen = experts.router(token).topk(2)
        result = torch.zeros_like(token)
        for share, expert in zip(top.softmax(0), chosen, strict=True):
            opened = experts.gate_up[expert] @ token + experts.gate_up_bias[expert]
            gate, up = opened[:32].clamp(max=7), opened[32:].clamp(-7, 7)
            inside = gate * torch.sigmoid(1.702 * gate) * (up + 1)
            result = result + share * (experts.down[expert] @ inside + experts.down_bias[expert])
        results.append(result)
    return torch.stack(results)


def plain_verdict(network: Network, shard: Shard, article: int) -> list[tuple[int, torch.Tensor]]:
    """Give what is learnt of an article, with the logits before it, each text computed alone."""
    starts = np.cumsum(shard.prefix_lengths) + np.concatenate(
        ([0], np.cumsum(shard.section_lengths)[np.cumsum(shard.section_counts)[:-1] - 1])
    )
    first = int(shard.section_counts[:article].sum())
    prefix_end = int(starts[article])
    prefix = shard.ids[prefix_end - shard.prefix_lengths[article] : prefix_end].tolist()
    found: list[tuple[int, torch.Tensor]] = []
    start = prefix_end
    for length in shard.section_lengths[first : first + shard.section_counts[article]]:
        section = shard.ids[start : start + length].tolist()
        with torch.no_grad():
            logits = plain_logits(network, prefix + section)
        places = np.flatnonzero(shard.learnt[start : start + length])
        found += [(section[place], logits[len(prefix) + place - 1]) for place in places]
        start += length
    return found


def test_a_batch_gives_what_each_text_gives_alone(network: Network, shard: Shard) -> None:
    """Sections that share a prefix in a batch of articles have the logits of whole texts."""
    articles = np.array([3, 0])

    batch = make_batch(shard, articles, CPU)
    expected = [pair for article in articles for pair in plain_verdict(network, shard, article)]
    assert [target for target, _ in expected] == batch.targets.tolist()
    with torch.no_grad():
        logits, _ = network.logits(batch)
    torch.testing.assert_close(
        logits, torch.stack([logits for _, logits in expected]), rtol=1e-3, atol=1e-3
    )


def test_both_ways_to_ask_the_experts_are_equal() -> None:
    """What a CPU computes expert by expert, a GPU computes at once, with the same gradients."""
    torch.manual_seed(0)
    experts = Experts(width=32, inner=32, experts=8, used=2)
    tokens = torch.randn(50, 32)
    chosen = torch.randn(50, 8).topk(2).indices
    shares = torch.rand(50, 2, requires_grad=True)
    gradients = []
    results = []
    for mix in (experts._one_by_one, experts._densely):
        results.append(mix(tokens, chosen, shares))
        weights = (shares, experts.gate_up, experts.gate_up_bias, experts.down, experts.down_bias)
        gradients.append(torch.autograd.grad(results[-1].square().sum(), weights))

    torch.testing.assert_close(results[0], results[1])
    torch.testing.assert_close(gradients[0], gradients[1])


def attend_text_by_text(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    *borders_and_longest: torch.Tensor | int,
    scale: float,
    window_size: tuple[int, int],
) -> torch.Tensor:
    """Say what PyTorch's attention for texts of any lengths gives, which runs on GPUs alone."""
    signature(varlen_attn).bind(
        queries, keys, values, *borders_and_longest, scale=scale, window_size=window_size
    )
    query_borders, key_borders, *longest = borders_and_longest
    assert isinstance(query_borders, torch.Tensor)
    assert isinstance(key_borders, torch.Tensor)
    assert [query_borders.diff().max(), key_borders.diff().max()] == longest
    assert window_size == (-1, 0)
    parts = []
    for (start, stop), (first, last) in zip(
        pairwise(query_borders.tolist()), pairwise(key_borders.tolist()), strict=True
    ):
        count, keys_seen = stop - start, last - first
        hidden = torch.ones(count, keys_seen, dtype=torch.bool).triu(keys_seen - count + 1)
        scores = torch.einsum("qhd,khd->hqk", queries[start:stop], keys[first:last]) * scale
        shares = scores.masked_fill(hidden, -torch.inf).softmax(-1)
        parts.append(torch.einsum("hqk,khd->qhd", shares, values[first:last]))
    return torch.cat(parts)


def test_both_ways_to_attend_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a CPU computes block by block, a GPU computes in one call, with the same gradients."""
    monkeypatch.setattr(attention, "varlen_attn", attend_text_by_text)
    monkeypatch.setattr(text_attention, "_QUERIES_A_BLOCK", 7)
    torch.manual_seed(0)
    prefixes, sections, article_of = np.array([5, 9]), np.array([20, 3, 11]), np.array([0, 1, 1])
    blocks = attention.Blocks((5, 9), (20, 3, 11), (0, 1, 1))
    heads, keys, values = (torch.randn(48, n, 16, requires_grad=True) for n in (4, 2, 2))
    sinks = torch.randn(4, requires_grad=True)
    results, gradients = [], []
    for layout in (blocks, texts(prefixes, sections, article_of, CPU)):
        queries = torch.cat((heads, attention.extra_of_queries(sinks, heads)), dim=-1)
        everything = attention.attend(queries, keys, values, layout, only_sections=False)
        tail = attention.attend(queries, keys, values, layout, only_sections=True)
        results.append((everything, tail))
        gradients.append(torch.autograd.grad(everything.sin().sum(), (heads, keys, values, sinks)))

    torch.testing.assert_close(results[0], results[1])
    torch.testing.assert_close(results[0][0][14:], results[0][1])
    torch.testing.assert_close(gradients[0], gradients[1])


def test_every_weight_is_learnt(network: Network, shard: Shard) -> None:
    """The loss reaches every parameter, the sinks and the router included."""
    verdict = network(make_batch(shard, np.arange(3), CPU))
    (verdict.loss + 0.01 * verdict.balance).backward()

    still = [name for name, weight in network.named_parameters() if not weight.grad.abs().sum()]
    assert [] == still


def test_even_use_of_experts_scores_one() -> None:
    """The balance of experts that are all used alike is 1, and of one that takes all is more."""
    experts = Experts(width=4, inner=4, experts=4, used=1)
    with torch.no_grad():
        experts.router.weight.copy_(20 * torch.eye(4))
        _, even = experts(torch.eye(4))
        _, uneven = experts(torch.eye(4)[:1])

    assert pytest.approx(1) == even.item()
    assert pytest.approx(4) == uneven.item()


def test_an_epoch_has_every_article_once(shard: Shard) -> None:
    """Batches are about as large as asked, and an epoch leaves no article out."""
    plans = batch_plans(shard, seed=5, tokens_a_batch=600)
    epoch: list[int] = []
    while len(epoch) < shard.articles:
        epoch += next(plans).tolist()

    assert list(range(shard.articles)) == sorted(epoch)


def test_the_same_seed_gives_the_same_batches(shard: Shard) -> None:
    """The order of batches is a matter of the seed alone, in all epochs."""
    first, second, other = (
        [plan.tolist() for plan in islice(batch_plans(shard, seed, 600), 30)] for seed in (1, 1, 2)
    )

    assert first == second
    assert first != other


def test_a_batch_counts_its_tokens(shard: Shard) -> None:
    """A batch has the tokens of its articles, without padding."""
    batch: Batch = make_batch(shard, np.arange(shard.articles), CPU)

    assert len(shard.ids) == batch.tokens == len(batch.ids)
    assert int(shard.learnt.sum()) == len(batch.targets)
