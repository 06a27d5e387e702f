#!/usr/bin/env python3
"""Trains the network that reads lines of text on screens: train, export, test.

Needs (pinned):  Python 3.11 and  pip install torch==2.15.0 numpy==2.4.6 onnx==1.18.0 onnxruntime==1.31.1
Use:  text.py train SHARD... -o OUT.onnx [--steps N] [--from CHECKPOINT|NETWORK.onnx]
      text.py test  SHARD... -o OUT.onnx [--show N]

Shards are made by `lines.py`.  The network sees a line as batch x 1 x 32 x width, 0 the ground and 1 the strongest ink,
and answers for every fourth column with the probabilities of batch x width / 4 x characters, the first of which is
CTC's blank.  `train` keeps OUT.pt beside OUT.onnx to go on from; shards that came since are taken up with each turn over them.
"""
import argparse, glob, math, random, time
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from exported import restored
from lines import CHARACTERS, FOREIGN, HEIGHT
from running import running_mean

SEED = 20261130
CLASSES = [""] + CHARACTERS + [FOREIGN, " "]
INDEX = {c: i for i, c in enumerate(CLASSES)}
COLUMNS = 64 * 320          # in one step, over all its lines
STEP = 4                    # columns per answer


class Block(nn.Module):
    """A residual convolution along the line, spread."""

    def __init__(self, channels, spread):
        super().__init__()
        self.wide = nn.Conv1d(channels, channels, 3, padding=spread, dilation=spread, bias=False)
        self.norm = nn.BatchNorm1d(channels)

    def forward(self, x):
        return x + F.relu(self.norm(self.wide(x)))


class Net(nn.Module):
    def __init__(self, channels=144, spreads=(1, 2, 4, 8, 1, 2, 4)):
        super().__init__()

        def conv(i, o, stride):
            return nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU())

        self.look = nn.Sequential(conv(1, 16, 2), conv(16, 32, (2, 1)), conv(32, 64, 2))
        self.join = nn.Sequential(nn.Conv2d(64, channels, (4, 1), bias=False), nn.BatchNorm2d(channels), nn.ReLU())
        self.read = nn.Sequential(*[Block(channels, s) for s in spreads])
        self.tell = nn.Conv1d(channels, len(CLASSES), 1)

    def forward(self, x):
        x = self.join(self.look(x)).squeeze(2)
        return self.tell(self.read(x)).transpose(1, 2)


def load(paths):
    """Lines as (32 x width bytes, text)."""
    lines = []
    for path in paths:
        shard = np.load(path)
        ends = np.cumsum(shard["widths"])
        texts = bytes(shard["texts"]).decode().split("\n")
        columns = shard["columns"]
        lines += [(columns[e - w:e], t) for e, w, t in zip(ends, shard["widths"], texts)]
    return lines


def shaken(columns, r):
    """A line as another screen might show it: wider or narrower, fainter, with its ink spread or thinned, with noise."""
    x = columns.T.astype(np.float32) / 255
    if r.random() < .35:
        width = max(int(x.shape[1] * r.uniform(.85, 1.2)), 8)
        at = (np.arange(width) + .5) * x.shape[1] / width - .5
        low = np.clip(np.floor(at).astype(int), 0, x.shape[1] - 1)
        part = (at - low).astype(np.float32)
        x = x[:, low] * (1 - part) + x[:, np.minimum(low + 1, x.shape[1] - 1)] * part
    if r.random() < .25:
        x = np.clip(x, 0, 1) ** r.uniform(.7, 1.5)
    if r.random() < .15:
        x = x + np.random.default_rng(r.randrange(1 << 30)).normal(0, r.uniform(.005, .04), x.shape).astype(np.float32)
    if r.random() < .1:
        x = x * r.uniform(.5, .95)
    if r.random() < .15:
        k = np.array([r.uniform(0, .25), 1, r.uniform(0, .25)], np.float32)
        k /= k.sum()
        p = np.pad(x, ((0, 0), (1, 1)), mode="edge")
        x = p[:, :-2] * k[0] + p[:, 1:-1] * k[1] + p[:, 2:] * k[2]
    if r.random() < .2:         # the row that the ink was snapped to is one off
        shift = r.choice([-2, -1, 1, 2])
        empty = np.zeros((abs(shift), x.shape[1]), np.float32)
        x = np.concatenate((empty, x[:-shift]) if shift > 0 else (x[-shift:], empty))
    return np.clip(x, 0, 1)


def batch_of(lines, r=None):
    pictures = [shaken(c, r) if r else c.T.astype(np.float32) / 255 for c, _ in lines]
    width = -(-max(p.shape[1] for p in pictures) // 8) * 8
    out = np.zeros((len(lines), 1, HEIGHT, width), np.float32)
    for o, p in zip(out, pictures):
        o[0, :, :p.shape[1]] = p
    lengths = [min(-(-p.shape[1] // STEP), width // STEP) for p in pictures]
    return torch.from_numpy(out), torch.tensor(lengths)


def batches(lines, r):
    """All lines once, those of like width together, in random order."""
    order = sorted(range(len(lines)), key=lambda i: lines[i][0].shape[0] * r.uniform(.9, 1.1))
    packs, at = [], 0
    while at < len(order):
        count = max(1, min(128, COLUMNS // (lines[order[min(at + 16, len(order) - 1)]][0].shape[0] + 8)))
        packs.append(order[at:at + count])
        at += count
    r.shuffle(packs)
    return packs


def spell(best):
    """What the best classes say, repeats and blanks dropped."""
    text, last = [], 0
    for c in best:
        if c != last and c:
            text.append(CLASSES[c])
        last = c
    return "".join(text).strip()


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def measure(read, lines, show=0):
    """Errors per character, lines without one, and the same where the least sure character is at least .7."""
    wrong = total = right = sure_wrong = sure_total = sure = 0
    for at in range(0, len(lines), 32):
        part = sorted(lines[at:at + 32], key=lambda l: l[0].shape[0])
        for line in part:
            scores = read(batch_of([line])[0])[0]
            best = scores.argmax(1)
            text, label = spell(best), line[1]
            least = min((scores[i].max() for i in range(len(best)) if best[i]), default=1.)
            d = distance(text, label)
            wrong, total, right = wrong + d, total + len(label), right + (d == 0)
            if least >= .7:
                sure_wrong, sure_total, sure = sure_wrong + d, sure_total + len(label), sure + 1
            if d and show > 0:
                show -= 1
                print(f"  {least:.2f} {label!r}\n       {text!r}")
    return f"CER {wrong / max(total, 1):.4f}, lines right {right / len(lines):.3f}; sure {sure / len(lines):.3f} of lines, of these CER {sure_wrong / max(sure_total, 1):.4f}"


def train(a):
    torch.manual_seed(SEED)
    torch.set_num_threads(a.threads)
    r = random.Random(SEED)
    net = started(a, r)
    print(sum(p.numel() for p in net.parameters()), "parameters,", len(CLASSES), "classes", flush=True)
    best = torch.optim.AdamW(net.parameters(), lr=a.rate, weight_decay=.01)
    mean = running_mean(net)
    began, steps, seen, loss_ema = time.time(), 0, 0, None
    while True:
        paths = sorted(p for g in a.shards for p in glob.glob(g))
        lines = [l for l in load(paths) if l[0].shape[0] >= 8]
        print(f"{len(paths)} shards, {len(lines)} lines", flush=True)
        for pack in batches(lines, r):
            done = steps / a.steps
            if done >= 1:
                break
            for group in best.param_groups:
                group["lr"] = a.rate * min(1, (steps + 1) / 200) * (.5 + .5 * math.cos(math.pi * done))
            chosen = [lines[i] for i in pack]
            pictures, lengths = batch_of(chosen, r)
            labels = [torch.tensor([INDEX[c] for c in t], dtype=torch.long) for _, t in chosen]
            net.train()
            scores = F.log_softmax(net(pictures), 2).transpose(0, 1)
            loss = F.ctc_loss(scores, torch.cat(labels), lengths, torch.tensor([len(l) for l in labels]), zero_infinity=True)
            best.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5)
            best.step()
            mean.update_parameters(net)
            steps, seen = steps + 1, seen + len(chosen)
            loss_ema = loss.item() if loss_ema is None else .98 * loss_ema + .02 * loss.item()
            if steps % 100 == 0:
                print(f"{steps} steps, {seen} lines, {time.time() - began:.0f} s, loss {loss_ema:.4f}", flush=True)
            if steps % 300 == 0:
                torch.save(mean.module.state_dict(), a.out.replace(".onnx", ".pt"))
        if done >= 1:
            break
    torch.save(mean.module.state_dict(), a.out.replace(".onnx", ".pt"))
    export(mean.module, a.out)


def started(a, r):
    """The network to train on: a new one, that of a checkpoint, or an exported one."""
    net = Net()
    if not a.start:
        return net
    if a.start.endswith(".onnx"):
        lines = [l for l in load(sorted(p for g in a.shards for p in glob.glob(g))[:1]) if l[0].shape[0] >= 8]
        return restored(net, a.start, (batch_of([lines[i] for i in pack])[0] for pack in batches(lines, r)[:24]))
    net.load_state_dict(torch.load(a.start))
    return net


def export(net, path):
    import onnx
    net.eval()

    torch.onnx.export(nn.Sequential(net, nn.Softmax(2)), (torch.zeros(2, 1, HEIGHT, 64),), path, input_names=["lines"], output_names=["characters"], opset_version=17,
                      dynamic_axes={"lines": {0: "count", 3: "width"}, "characters": {0: "count", 1: "steps"}}, dynamo=False)
    model = onnx.load(path)
    # Class 0 is the blank, the last the space: neither stands in the list.
    for key, value in (("character", "\n".join(CLASSES[1:-1])), ("input", "plain32"), ("licence", "MIT OR Apache-2.0")):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(model, path)
    print("written", path)


def test(a):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(a.out, options, providers=["CPUExecutionProvider"])
    read = lambda x: session.run(None, {"lines": x.numpy()})[0]
    for path in sorted(p for g in a.shards for p in glob.glob(g)):
        lines = load([path])[:a.most]
        began = time.process_time()
        print(path.rsplit("/", 1)[-1], measure(read, lines, a.show), f"{(time.process_time() - began) * 1e6 / sum(len(c) for c, _ in lines):.1f} ms per 1,000 columns")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["train", "test", "export"]), p.add_argument("shards", nargs="+"), p.add_argument("-o", "--out", required=True)
    p.add_argument("--steps", type=int, default=5000), p.add_argument("--rate", type=float, default=2e-3), p.add_argument("--threads", type=int, default=2)
    p.add_argument("--from", dest="start", help="a checkpoint, or a network that was exported"), p.add_argument("--show", type=int, default=0), p.add_argument("--most", type=int, default=1500)
    a = p.parse_args()
    if a.what == "export":
        net = Net()
        net.load_state_dict(torch.load(a.start))
        export(net, a.out)
    else:
        {"train": train, "test": test}[a.what](a)


if __name__ == "__main__":
    main()
