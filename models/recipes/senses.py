#!/usr/bin/env python3
"""Trains the network that marks in a sentence which words name what: read, train, export, test.

Needs (pinned):  Python 3.11 and
  pip install torch==2.15.0 numpy==2.4.6 onnx==1.18.0 onnxruntime==1.31.1 tokenizers
Use:  senses.py train BASE.onnx VOCABULARY MARKED... -o OUT.onnx [--minutes M]
      senses.py test  BASE.onnx VOCABULARY MARKED... -o OUT.onnx [--show]

BASE.onnx is the pinned sentence network (manifest role `language`: MiniLM-L6, int8).  It stays as it is: beside its
matrices stand low-rank ones of our own, which are trained together with the head that names the marks.  OUT.onnx holds
these and the graph; the matrices of BASE are referred to where they lie in that file, and are multiplied as int8.
MARKED are files with lines such as
  Put {fill.value:Ada} into the {fill.field:Name} box
Names are exchanged between the lines anew in every epoch, so that what is learned is how things are said and not what
they are called.  `train` ends by the clock, so two runs with the same seed differ a little.
"""
import argparse, math, random, re, time
import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import TensorProto, helper, numpy_helper
from tokenizers import BertWordPieceTokenizer
from torch import nn
from torch.nn import functional as F

SEED = 20261129
SIZE, HEADS, LAYERS = 384, 12, 6
RANK = 16
FIRST = 1                   # the first layer with matrices of our own
BATCH = 32
MARK = re.compile(r"\{([a-z0-9]+\.[a-z]+):([^{}]+)\}")
# Slots whose words may stand for one another.
NAMES = {"target", "field", "option", "list", "tab", "item", "thing", "row", "column", "what", "where", "which", "kind"}
PARTS = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
         "intermediate.dense", "output.dense"]


# ---- sentences ----

def read(paths):
    """Lines as lists of (words, label or None)."""
    lines = []
    for path in paths:
        for line in open(path, encoding="utf-8"):
            parts, at = [], 0
            line = line.strip()
            for m in MARK.finditer(line):
                if line[at:m.start()]:
                    parts.append((line[at:m.start()], None))
                parts.append((m.group(2), m.group(1)))
                at = m.end()
            if line[at:]:
                parts.append((line[at:], None))
            if any(label for _, label in parts) and "{" not in "".join(w for w, _ in parts):
                lines.append(parts)
    return lines


def pools(lines):
    """Words by label, and capitalised names of all slots that hold names."""
    pool = {}
    for parts in lines:
        for words, label in parts:
            if label and not label.endswith(".act"):
                pool.setdefault(label, []).append(words)
                if label.split(".")[1] in NAMES and words[:1].isupper():
                    pool.setdefault("name", []).append(words)
    return pool


def varied(parts, pool, rng):
    """The same with other names, now and then in quotes or without its last mark."""
    out = []
    for words, label in parts:
        if label in pool and rng.random() < 0.5:
            name = label.split(".")[1] in NAMES and words[:1].isupper() and rng.random() < 0.5
            words = rng.choice(pool["name" if name else label])
        if label and not label.endswith(".act") and rng.random() < 0.05:
            out += [('"', None), (words, label), ('"', None)]
        else:
            out.append((words, label))
    if rng.random() < 0.3 and out[-1][1] is None:
        out[-1] = (out[-1][0].rstrip(".!?"), None)
    if rng.random() < 0.12 and out[0][1] is None:
        out = [(rng.choice(["please ", "Please, ", "ok, ", "hey, ", "so ", "and "]), None)] + out
    return out


class Words:
    def __init__(self, vocabulary):
        self.tokenizer = BertWordPieceTokenizer(vocabulary, lowercase=True)

    def pieces(self, parts, index):
        """Ids of the word pieces and the label of each: 0 outside, 2k+1 at the beginning of label k, 2k+2 inside."""
        text, spans = "", []
        for words, label in parts:
            if label:
                spans.append((len(text), len(text) + len(words), label))
            text += words
        coded = self.tokenizer.encode(text)
        labels = []
        for (start, end), special in zip(coded.offsets, coded.special_tokens_mask):
            label = 0
            for s, e, name in spans:
                if not special and s <= start and end <= e and name in index:
                    label = 2 * index[name] + (1 if start == s else 2)
            labels.append(label)
        return coded.ids, labels, text, coded.offsets


# ---- the network ----

class Base:
    """The tensors of the pinned file by the names of the layers, and where each lies in the file."""

    def __init__(self, path):
        self.bytes = open(path, "rb").read()
        graph = onnx.load(path).graph
        held = {i.name: i for i in graph.initializer}
        users = {}
        for node in graph.node:
            for name in node.input:
                users.setdefault(name, []).append(node)
        self.tensors = {}
        for node in graph.node:
            if node.op_type == "MatMul" and node.input[1] + "_q" in held:
                bias = [i for i in users[node.output[0]][0].input if i.endswith(".bias")][0]
                name = bias.removeprefix("inner.").removesuffix(".bias")
                self.tensors[name + ".q"] = held[node.input[1] + "_q"]
                self.tensors[name + ".scale"] = held[node.input[1] + "_scale"]
        for name, tensor in held.items():
            if name.startswith("inner."):
                plain = name.removeprefix("inner.").replace(".weight_q", ".q").replace(".weight_scale", ".scale")
                self.tensors[plain] = tensor

    def array(self, name):
        return numpy_helper.to_array(self.tensors[name])

    def place(self, name):
        raw = self.tensors[name].raw_data
        at = self.bytes.find(raw)
        assert at >= 0 and self.bytes.find(raw, at + 1) < 0, name
        return at, len(raw)


class Linear(nn.Module):
    """The frozen matrix and bias of the base, and beside it a product of two narrow ones where that is trained."""

    def __init__(self, base, name, trained):
        super().__init__()
        weight = base.array(name + ".q").astype(np.float32) * base.array(name + ".scale")
        self.register_buffer("weight", torch.from_numpy(weight))
        self.register_buffer("bias", torch.from_numpy(base.array(name + ".bias").copy()))
        self.narrow = self.wide = None
        if trained:
            self.narrow = nn.Parameter(torch.randn(weight.shape[0], RANK) / math.sqrt(weight.shape[0]))
            self.wide = nn.Parameter(torch.zeros(RANK, weight.shape[1]))

    def forward(self, x):
        y = x @ self.weight + self.bias
        return y if self.narrow is None else y + (x @ self.narrow) @ self.wide


class Norm(nn.Module):
    def __init__(self, base, name):
        super().__init__()
        self.register_buffer("weight", torch.from_numpy(base.array(name + ".weight").copy()))
        self.register_buffer("bias", torch.from_numpy(base.array(name + ".bias").copy()))

    def forward(self, x):
        return F.layer_norm(x, (SIZE,), self.weight, self.bias, 1e-12)


class Layer(nn.Module):
    def __init__(self, base, at):
        super().__init__()
        name = f"encoder.layer.{at}."
        linear = lambda part: Linear(base, name + part, at >= FIRST)
        self.query, self.key, self.value, self.out, self.up, self.down = map(linear, PARTS)
        self.first = Norm(base, name + "attention.output.LayerNorm")
        self.second = Norm(base, name + "output.LayerNorm")

    def forward(self, x, mask):
        rows, length, _ = x.shape
        split = lambda y: y.view(rows, length, HEADS, SIZE // HEADS).transpose(1, 2)
        seen = F.scaled_dot_product_attention(split(self.query(x)), split(self.key(x)), split(self.value(x)), mask)
        x = self.first(x + self.out(seen.transpose(1, 2).reshape(rows, length, SIZE)))
        return self.second(x + self.down(F.gelu(self.up(x))))


class Network(nn.Module):
    def __init__(self, base, labels):
        super().__init__()
        table = lambda name: torch.from_numpy(base.array(name + ".q").astype(np.float32) * base.array(name + ".scale"))
        self.register_buffer("words", table("embeddings.word_embeddings"))
        place = table("embeddings.position_embeddings")
        self.register_buffer("places", place + torch.from_numpy(base.array("embeddings.token_type_embeddings.weight")[0].copy()))
        self.norm = Norm(base, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer(base, at) for at in range(LAYERS))
        self.drop = nn.Dropout(0.15)
        self.head = nn.Linear(SIZE, labels)

    def forward(self, ids, mask):
        mask = mask[:, None, None, :]
        with torch.no_grad():
            x = self.norm(self.words[ids] + self.places[:ids.shape[1]])
            for layer in self.layers[:FIRST]:
                x = layer(x, mask)
        for layer in self.layers[FIRST:]:
            x = layer(self.drop(x) if self.training else x, mask)
        return torch.log_softmax(self.head(self.drop(x)), -1)


# ---- training ----

def batches(coded, rng):
    """Batches of sentences of about one length, in any order."""
    order = sorted(range(len(coded)), key=lambda i: len(coded[i][0]) + rng.random())
    parts = [order[at:at + BATCH] for at in range(0, len(order), BATCH)]
    rng.shuffle(parts)
    return parts


def train(args):
    rng = random.Random(SEED)
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    lines = read(args.marked)
    counts = {}
    for parts in lines:
        for _, label in parts:
            if label:
                counts[label] = counts.get(label, 0) + 1
    names = sorted(n for n, c in counts.items() if c >= args.least)
    index = {n: i for i, n in enumerate(names)}
    pool, words, base = pools(lines), Words(args.vocabulary), Base(args.base)
    net = Network(base, 2 * len(names) + 1)
    tried = [p for p in net.parameters() if p.requires_grad]
    print(f"{len(lines)} lines, {len(names)} labels, {sum(p.numel() for p in tried)} parameters", flush=True)
    head = list(net.head.parameters())
    others = [p for p in tried if all(p is not h for h in head)]
    best = torch.optim.AdamW([{"params": others, "lr": 1.2e-3}, {"params": head, "lr": 3e-3}], weight_decay=0.01)
    ends = time.time() + 60 * args.minutes
    began, total, count, epoch = time.time(), 0.0, 0, 0
    rates = [g["lr"] for g in best.param_groups]
    net.train()
    while time.time() < ends:
        epoch += 1
        coded = [words.pieces(varied(parts, pool, rng) if epoch > 1 else parts, index) for parts in lines]
        for batch in batches(coded, rng):
            done = min(1.0, (time.time() - began) / (60 * args.minutes))
            factor = done / 0.08 if done < 0.08 else 0.5 * (1 + math.cos(math.pi * (done - 0.08) / 0.92))
            for group, rate in zip(best.param_groups, rates):
                group["lr"] = rate * max(factor, 0.01)
            longest = max(len(coded[i][0]) for i in batch)
            ids = torch.zeros(len(batch), longest, dtype=torch.long)
            mask = torch.zeros(len(batch), longest, dtype=torch.bool)
            goal = torch.full((len(batch), longest), -1)
            for row, i in enumerate(batch):
                n = len(coded[i][0])
                ids[row, :n], mask[row, :n], goal[row, :n] = torch.tensor(coded[i][0]), True, torch.tensor(coded[i][1])
            loss = F.nll_loss(net(ids, mask).flatten(0, 1), goal.flatten(), ignore_index=-1)
            best.zero_grad(); loss.backward()
            nn.utils.clip_grad_norm_(tried, 1.0)
            best.step()
            total += loss.item() * len(batch); count += len(batch)
            if time.time() > ends:
                break
        print(f"epoch {epoch}, {(time.time() - began) / 60:.1f} min: {total / count:.4f}", flush=True)
        total, count = 0.0, 0
    Graph(base, net.eval(), names, args.base).save(args.out)


# ---- export ----

class Graph:
    """The network as an ONNX graph for one sentence: `ids` (pieces) to `labels` (pieces x labels, log-probabilities)."""

    def __init__(self, base, net, names, path):
        self.base, self.net, self.names = base, net, names
        self.file = path.rsplit("/", 1)[-1]
        self.nodes, self.held, self.count = [], {}, 0

    def op(self, kind, *inputs, outputs=1, **attributes):
        self.count += 1
        out = [f"{kind.lower()}_{self.count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), out, **attributes))
        return out[0] if outputs == 1 else out

    def own(self, name, array, half=False):
        """A tensor of our own; a large one is kept in half precision."""
        array = np.ascontiguousarray(array)
        self.held[name] = numpy_helper.from_array(array.astype(np.float16) if half else array, name)
        return self.op("Cast", name, to=TensorProto.FLOAT) if half else name

    def pinned(self, name):
        """A tensor of the base, where it lies in its file; a small one is copied."""
        source = self.base.tensors[name]
        if len(source.raw_data) < 100_000:
            return self.own(name, self.base.array(name))
        at, length = self.base.place(name)
        tensor = onnx.TensorProto(name=name, data_type=source.data_type, dims=source.dims)
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in [("location", self.file), ("offset", str(at)), ("length", str(length))]:
            entry = tensor.external_data.add(); entry.key, entry.value = key, value
        self.held[name] = tensor
        return name

    def number(self, value, kind=np.float32):
        name = f"number_{value}_{np.dtype(kind).name}"
        if name not in self.held:
            self.own(name, np.array(value, kind))
        return name

    def shape(self, *sizes):
        name = "shape_" + "_".join(map(str, sizes))
        if name not in self.held:
            self.own(name, np.array(sizes, np.int64))
        return name

    def table(self, name, at):
        rows = self.op("Cast", self.op("Gather", self.pinned(name + ".q"), at), to=TensorProto.FLOAT)
        return self.op("Mul", rows, self.op("Gather", self.pinned(name + ".scale"), at))

    def norm(self, x, name):
        return self.op("LayerNormalization", x, self.pinned(name + ".weight"), self.pinned(name + ".bias"),
                       axis=-1, epsilon=1e-12)

    def quantised(self, x):
        return self.op("DynamicQuantizeLinear", x, outputs=3)

    def linear(self, x, quantised, layer, name):
        whole, scale, zero = quantised
        product = self.op("Cast", self.op("MatMulInteger", whole, self.pinned(name + ".q"), zero), to=TensorProto.FLOAT)
        y = self.op("Mul", product, self.op("Mul", self.pinned(name + ".scale"), scale))
        y = self.op("Add", y, self.pinned(name + ".bias"))
        if layer.narrow is None:
            return y
        narrow = self.own(name + ".narrow", layer.narrow.detach().numpy(), True)
        wide = self.own(name + ".wide", layer.wide.detach().numpy(), True)
        return self.op("Add", y, self.op("MatMul", self.op("MatMul", x, narrow), wide))

    def layer(self, x, at):
        layer, name = self.net.layers[at], f"encoder.layer.{at}."
        parts = dict(zip(PARTS, [layer.query, layer.key, layer.value, layer.out, layer.up, layer.down]))
        linear = lambda x, q, part: self.linear(x, q, parts[part], name + part)
        q = self.quantised(x)
        side = SIZE // HEADS
        split = lambda y, order: self.op("Transpose", self.op("Reshape", y, self.shape(-1, HEADS, side)), perm=order)
        query = split(linear(x, q, PARTS[0]), [1, 0, 2])
        key = split(linear(x, q, PARTS[1]), [1, 2, 0])
        value = split(linear(x, q, PARTS[2]), [1, 0, 2])
        scores = self.op("Mul", self.op("MatMul", query, key), self.number(1 / math.sqrt(side)))
        seen = self.op("MatMul", self.op("Softmax", scores, axis=-1), value)
        seen = self.op("Reshape", self.op("Transpose", seen, perm=[1, 0, 2]), self.shape(-1, SIZE))
        x = self.norm(self.op("Add", x, linear(seen, self.quantised(seen), PARTS[3])), name + "attention.output.LayerNorm")
        up = linear(x, self.quantised(x), PARTS[4])
        bend = self.op("Add", self.op("Erf", self.op("Mul", up, self.number(1 / math.sqrt(2)))), self.number(1.0))
        up = self.op("Mul", self.op("Mul", up, self.number(0.5)), bend)
        return self.norm(self.op("Add", x, linear(up, self.quantised(up), PARTS[5])), name + "output.LayerNorm")

    def save(self, path):
        length = self.op("Squeeze", self.op("Shape", "ids"))
        places = self.op("Range", self.number(0, np.int64), length, self.number(1, np.int64))
        kind = self.own("token_type", self.base.array("embeddings.token_type_embeddings.weight")[0])
        x = self.op("Add", self.table("embeddings.word_embeddings", "ids"),
                    self.op("Add", self.table("embeddings.position_embeddings", places), kind))
        x = self.norm(x, "embeddings.LayerNorm")
        for at in range(LAYERS):
            x = self.layer(x, at)
        weight = self.own("head.weight", self.net.head.weight.detach().numpy().T, True)
        x = self.op("Add", self.op("MatMul", x, weight), self.own("head.bias", self.net.head.bias.detach().numpy()))
        self.nodes.append(helper.make_node("LogSoftmax", [x], ["labels"], axis=-1))
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["pieces"])
        out = helper.make_tensor_value_info("labels", TensorProto.FLOAT, ["pieces", 2 * len(self.names) + 1])
        graph = helper.make_graph(self.nodes, "senses", [ids], [out], list(self.held.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
        entry = model.metadata_props.add()
        entry.key, entry.value = "labels", "\n".join(self.names)
        open(path, "wb").write(model.SerializeToString())


# ---- test ----

def spans_of(labels):
    """Spans (first, last, label) of a list of label numbers."""
    spans, open_ = [], None
    for i, label in enumerate(labels):
        if open_ and label > 0 and label % 2 == 0 and label // 2 - 1 == open_[2]:
            open_[1] = i
            continue
        if open_:
            spans.append(tuple(open_)); open_ = None
        if label > 0:
            open_ = [i, i, (label - 1) // 2]
    if open_:
        spans.append(tuple(open_))
    return spans


def session_of(out, base):
    options = ort.SessionOptions()
    data = open(base, "rb").read()
    options.add_external_initializers_from_files_in_memory([base.rsplit("/", 1)[-1]], [data], [len(data)])
    return ort.InferenceSession(open(out, "rb").read(), options)


def test(args):
    session = session_of(args.out, args.base)
    names = session.get_modelmeta().custom_metadata_map["labels"].split("\n")
    index = {n: i for i, n in enumerate(names)}
    words = Words(args.vocabulary)
    whole = right = told = true = found_in_all = 0
    for parts in read(args.marked):
        ids, labels, text, offsets = words.pieces(parts, index)
        scores = session.run(None, {"ids": np.array(ids, np.int64)})[0]
        found, expected = set(spans_of(list(scores.argmax(-1)))), set(spans_of(labels))
        whole += 1
        right += found == expected
        told += len(found & expected); true += len(expected); found_in_all += len(found)
        if args.show and found != expected:
            say = lambda all: "; ".join(f"{names[l]}={text[offsets[a][0]:offsets[b][1]]}" for a, b, l in sorted(all))
            print(text, "\n   is ", say(expected), "\n   got", say(found))
    print(f"sentences wholly right {right} of {whole} ({right / whole:.1%}); marks found {told} of {true} "
          f"({told / true:.1%}), of those told right {told / max(1, found_in_all):.1%}")


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["train", "test"])
    p.add_argument("base"); p.add_argument("vocabulary"); p.add_argument("marked", nargs="+")
    p.add_argument("-o", "--out", required=True)
    p.add_argument("--least", type=int, default=8)
    p.add_argument("--minutes", type=float, default=30)
    p.add_argument("--show", action="store_true")
    a = p.parse_args()
    train(a) if a.what == "train" else test(a)
