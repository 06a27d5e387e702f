#!/usr/bin/env python3
"""Trains the network that finds user-interface elements and lines of text on screens: train, export, test.

Needs (pinned):  Python 3.11 and  pip install torch==2.15.0 numpy==2.4.6 pillow==13.0.0 onnx==1.18.0 onnxruntime==1.31.1
Use:  elements.py train FOLDER... -o OUT.onnx [--steps N] [--from CHECKPOINT|NETWORK.onnx]
      elements.py test  FOLDER... -o OUT.onnx
      elements.py export -o OUT.onnx --from CHECKPOINT
      elements.py int8   FOLDER... -o OUT.onnx      OUT.onnx in eight bits, where that loses nothing: what each range is, FOLDERs tell

Folders hold screens, NAME.png with NAME.json, as `pages.py`, `widgets` and `shots` make them.  The network sees
batch x 3 x height x width, red, green, blue in [0, 1], height and width multiples of 32.  It answers with `cells4`, `cells8`,
`cells16` and `cells32`: for every cell of 4, 8, 16, 32 pixels the probabilities that an element of each of ROLES is there (their sum: that one is), the logarithms of the distances from the cell's middle to
the left, top, right and bottom of its element in cells, and the probabilities of STATES; and with `text`, batch x 2 x height / 4 x
width / 4, the probability that the upper and the lower half of a cell of 4 pixels lie on the core of a line of text.
`train` keeps OUT.pt beside OUT.onnx to go on from.
"""
import argparse, glob, hashlib, itertools, json, math, os, random, time
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F
from exported import restored
from running import running_mean

SEED = 20261130
ROLES = ["button", "text_field", "check_box", "radio_button", "drop_down", "list_row", "tab", "menu_item", "link", "icon", "slider", "spinner", "scroll_bar", "title_bar", "dialog",
         "image", "pane", "progress"]
STATES = ["checked", "selected", "focused", "disabled"]
STRIDES = (4, 8, 16, 32)
LARGEST = (12, 40, 100, 1 << 20)    # the shorter side of what each stride answers for, in pixels
R, S = len(ROLES), len(STATES)
OUT = 1 + R + 4 + S      # of a head: whether there is an element, which, how far it reaches, its states
# How much an element of a role counts: small indicators and long rows are what is missed first.
WEIGHT = {"check_box": 2.5, "radio_button": 3, "list_row": 1.5, "slider": 2, "spinner": 2, "drop_down": 1.5, "scroll_bar": 1.5, "tab": 1.5, "pane": .5, "dialog": .7, "image": .7, "link": 1.2}
LEFT_OUT = {"pane", "dialog", "title_bar", "progress"}      # what is not compared: displays know windows, panes are a matter of taste
LOSS = .006                         # of F1, that eight bits may cost


# ---- the network ----

def conv(i, o, k=3, stride=1, groups=1):
    return nn.Sequential(nn.Conv2d(i, o, k, stride, k // 2, bias=False, groups=groups), nn.BatchNorm2d(o), nn.ReLU())


class Block(nn.Module):
    """A residual convolution through half the channels."""

    def __init__(self, c):
        super().__init__()
        self.path = nn.Sequential(conv(c, c // 2, 1), nn.Conv2d(c // 2, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c))

    def forward(self, x):
        return F.relu(x + self.path(x))


class Far(nn.Module):
    """Looks far along a row and a column: a list's row is known by the list's two ends."""

    def __init__(self, c, spread):
        super().__init__()
        h = c // 2
        self.down = conv(c, h, 1)
        self.along = nn.Sequential(nn.Conv2d(h, h, (1, 5), padding=(0, 2 * spread), dilation=(1, spread), bias=False), nn.BatchNorm2d(h), nn.ReLU())
        self.across = nn.Sequential(nn.Conv2d(h, h, (5, 1), padding=(2 * spread, 0), dilation=(spread, 1), bias=False), nn.BatchNorm2d(h), nn.ReLU())
        self.up = nn.Sequential(nn.Conv2d(h, c, 1, bias=False), nn.BatchNorm2d(c))

    def forward(self, x):
        y = self.down(x)
        return F.relu(x + self.up(self.across(self.along(y)) + y))


class Net(nn.Module):
    def __init__(self, c2=12, c4=24, c8=48, c16=80, c32=112):
        super().__init__()
        self.s4 = nn.Sequential(conv(3, c2, 3, 2), conv(c2, c4, 3, 2), Block(c4))
        self.s8 = nn.Sequential(conv(c4, c8, 3, 2), Block(c8), Block(c8))
        self.s16 = nn.Sequential(conv(c8, c16, 3, 2), Block(c16), Block(c16), Block(c16))
        self.s32 = nn.Sequential(conv(c16, c32, 3, 2), Far(c32, 1), Far(c32, 3), Far(c32, 6), Far(c32, 1))
        self.to16, self.to8, self.to4 = conv(c32, c16, 1), conv(c16, c8, 1), conv(c8, 16, 1)
        self.mix16, self.mix8 = nn.Sequential(Block(c16), Far(c16, 2)), Block(c8)
        self.side4 = conv(c4, 16, 1)
        self.text = nn.Sequential(conv(16, 16), nn.Conv2d(16, 2, 1))
        self.head4 = nn.Sequential(conv(16, 24), nn.Conv2d(24, OUT, 1))
        self.head8 = nn.Sequential(conv(c8, c8), nn.Conv2d(c8, OUT, 1))
        self.head16 = nn.Sequential(conv(c16, 64), nn.Conv2d(64, OUT, 1))
        self.head32 = nn.Sequential(conv(c32, 64), nn.Conv2d(64, OUT, 1))
        for head in (self.head4, self.head8, self.head16, self.head32):
            nn.init.constant_(head[-1].bias, 0)
            nn.init.constant_(head[-1].bias[:1], -4.6)
            nn.init.normal_(head[-1].weight, 0, .01)
        nn.init.constant_(self.text[-1].bias, -2.)

    def forward(self, x):
        up = lambda y: F.interpolate(y, scale_factor=2., mode="nearest")
        a4 = self.s4(x)
        a8 = self.s8(a4)
        a16 = self.s16(a8)
        a32 = self.s32(a16)
        a16 = self.mix16(a16 + up(self.to16(a32)))
        a8 = self.mix8(a8 + up(self.to8(a16)))
        a4 = self.side4(a4) + up(self.to4(a8))
        return self.head4(a4), self.head8(a8), self.head16(a16), self.head32(a32), self.text(a4)


class Answer(nn.Module):
    """The network with its probabilities, as it is exported."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        *cells, text = self.net(x)
        part = lambda c: torch.cat([c[:, :1].sigmoid() * c[:, 1:1 + R].softmax(1), c[:, 1 + R:5 + R], c[:, 5 + R:].sigmoid()], 1)
        return (*[part(c) for c in cells], text.sigmoid())


# ---- screens ----

class Screens:
    """Pictures with their truth; pictures stay packed until they are needed, or unpacked in a folder of raw pixels."""

    def __init__(self, folders, unpacked=None):
        self.items, self.unpacked = [], unpacked
        for folder in folders:
            for path in sorted(glob.glob(f"{folder}/*.json")):
                if not os.path.exists(path[:-5] + ".png"):
                    continue
                truth = json.load(open(path))
                known = [e for e in truth["elements"] if e["role"] in ROLES and e["box"][2] >= 2 and e["box"][3] >= 2]
                # The mark of a menu's entry is part of the entry.
                entries = [e["box"] for e in known if e["role"] == "menu_item"]
                known = [e for e in known if e["role"] not in ("check_box", "radio_button") or not any(
                    x <= e["box"][0] + e["box"][2] / 2 <= x + w and y <= e["box"][1] + e["box"][3] / 2 <= y + h for x, y, w, h in entries)]
                boxes = np.array([[e["box"][0], e["box"][1], e["box"][0] + e["box"][2], e["box"][1] + e["box"][3]] for e in known], np.float32).reshape(-1, 4)
                roles = np.array([ROLES.index(e["role"]) for e in known], np.int64)
                states = np.array([[{True: 1, False: 0}.get(e["state"].get(s), -1) for s in STATES] for e in known], np.float32).reshape(-1, S)
                unknown = np.array([[x, y, x + w, y + h] for x, y, w, h in truth.get("unknown", [])], np.float32).reshape(-1, 4)
                lines = truth.get("lines")
                # What an application says of its text is not all of it.
                whole = bool(lines) and not truth.get("lines_in_part", str(truth.get("source", "")).startswith("real"))
                lines = np.array([[l["box"][0], l["box"][1], l["box"][0] + l["box"][2], l["box"][1] + l["box"][3]] for l in lines or []], np.float32).reshape(-1, 4)
                self.items.append({"path": path[:-5] + ".png", "boxes": boxes, "roles": roles, "states": states, "lines": lines, "whole": whole, "unknown": unknown})
        self.count = np.bincount(np.concatenate([i["roles"] for i in self.items] or [np.zeros(0, int)]), minlength=R)

    def picture(self, at):
        """height x width x 3, in [0, 255]."""
        path = self.items[at]["path"]
        read = lambda: np.asarray(Image.open(path).convert("RGB"))
        if not self.unpacked:
            return read()
        raw = f"{self.unpacked}/{hashlib.sha256(os.path.abspath(path).encode()).hexdigest()[:24]}.npy"
        if not os.path.exists(raw) or os.path.getmtime(raw) < os.path.getmtime(path):
            os.makedirs(self.unpacked, exist_ok=True)
            np.save(raw, read())
        return np.load(raw, mmap_mode="r")

    def by_role(self, odds):
        """For each role that there is: (screen, element) of all its elements, and the running sum of how often each is to be taken."""
        places = [[] for _ in ROLES]
        for at, item in enumerate(self.items):
            for k, r in enumerate(item["roles"]):
                places[r].append((at, k))
        return [(p, list(itertools.accumulate(odds[at] for at, _ in p))) for r, p in enumerate(places) if p and ROLES[r] not in LEFT_OUT]


# Heights and widths of parts, how many make a batch, and how often: many small ones for roles, wide ones for rows and panes.
SHAPES = [((256, 384), 10, 4), ((384, 256), 10, 2), ((320, 640), 5, 2), ((640, 640), 2, 1), ((288, 1920), 2, 1), ((544, 1024), 2, 1)]


def shaken(x, r):
    """Another colouring of the same picture."""
    if r.random() < .3:
        x = x[..., r.sample([0, 1, 2], 3)]
    if r.random() < .25:
        x = 255 - x
    if r.random() < .4:
        x = np.clip((x.astype(np.float32) - 128) * r.uniform(.6, 1.15) + 128 + r.uniform(-25, 25), 0, 255).astype(np.uint8)
    if r.random() < .1:
        x = np.repeat(x.mean(2, keepdims=True).astype(np.uint8), 3, 2)
    return x


def crop_of(screens, at, shape, r, around=None):
    """A part of a screen, h x w, with its truth in the part's pixels; what is cut off for the most part is to be left alone.  `around` is the element that it shows."""
    item, picture = screens.items[at], screens.picture(at)
    scale = r.choice([.75, .85, 1.15, 1.25, 1.4, 1.6]) if r.random() < .3 else 1.
    h, w = shape
    high, wide = round(h / scale), round(w / scale)
    H, W = picture.shape[:2]
    boxes = item["boxes"]
    if around is not None:
        cx, cy = (boxes[around, 0] + boxes[around, 2]) / 2, (boxes[around, 1] + boxes[around, 3]) / 2
        x, y = int(cx - wide * r.uniform(.15, .85)), int(cy - high * r.uniform(.15, .85))
    else:
        x, y = r.randint(0, max(0, W - wide)), r.randint(0, max(0, H - high))
    x, y = max(0, min(x, W - wide)), max(0, min(y, H - high))
    part = np.array(picture[y:y + high, x:x + wide])
    if scale != 1:
        size = (min(w, round(part.shape[1] * scale)), min(h, round(part.shape[0] * scale)))
        part = np.asarray(Image.fromarray(part).resize(size, Image.BOX if scale < 1 and r.random() < .5 else Image.BILINEAR))
    part = shaken(part, r)
    if part.shape[0] < h or part.shape[1] < w:
        out = np.empty((h, w, 3), np.uint8)
        out[:] = r.choice([(0, 0, 0), (255, 255, 255), (r.randint(0, 255), r.randint(0, 255), r.randint(0, 255))])
        out[:part.shape[0], :part.shape[1]] = part
        part = out
    move = np.array([x, y, x, y], np.float32)
    limit = np.array([w, h, w, h], np.float32)
    clip = lambda b: np.clip((b - move) * scale, 0, limit)
    inside = clip(boxes)
    area = lambda b: np.maximum(b[:, 2] - b[:, 0], 0) * np.maximum(b[:, 3] - b[:, 1], 0)
    share = area(inside) / np.maximum(area(boxes) * scale ** 2, 1)
    sides = np.minimum(inside[:, 2] - inside[:, 0], inside[:, 3] - inside[:, 1])
    high = (inside[:, 3] - inside[:, 1]) / np.maximum((boxes[:, 3] - boxes[:, 1]) * scale, 1)
    small = area(boxes) < 60 * 60
    good = (sides >= 3) & np.where(small, share > .75, ((share > .3) & (high > .6)) | ((share > .12) & (sides > 48)))
    gone = (sides > 0) & ~good
    lines = clip(item["lines"])
    lines = lines[(lines[:, 2] - lines[:, 0] > 2) & (lines[:, 3] - lines[:, 1] > 3)]
    truth = {"boxes": inside[good], "roles": item["roles"][good], "states": item["states"][good], "ignore": np.concatenate([inside[gone], clip(item["unknown"])]), "lines": lines, "whole": item["whole"]}
    return part, truth


def targets(truth, h, w):
    """For each stride: the element of each cell (-1 none, -2 left alone), and each element's weight there; and the map of text."""
    boxes = truth["boxes"]
    sides = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    level = np.digitize(sides, LARGEST[:-1], right=True)
    order = np.argsort(-(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])) if len(boxes) else []
    owners = []
    for k, stride in enumerate(STRIDES):
        owner = np.full((h // stride, w // stride), -1, np.int64)
        for l, t, r, b in truth["ignore"]:
            owner[int(t // stride):int(-(-b // stride)), int(l // stride):int(-(-r // stride))] = -2
        for i in order:
            if level[i] != k:
                continue
            l, t, r, b = boxes[i]
            cx, cy = (l + r) / 2 / stride, (t + b) / 2 / stride
            rx, ry = (max(.75, .16 * (side / stride)) for side in (r - l, b - t))
            rx, ry = min(rx, max((r - l) / 2 / stride, .5)), min(ry, max((b - t) / 2 / stride, .5))
            x0, x1 = int(math.floor(cx - rx + .5)), int(math.ceil(cx + rx - .5))
            y0, y1 = int(math.floor(cy - ry + .5)), int(math.ceil(cy + ry - .5))
            x0, y0 = min(max(x0, 0), owner.shape[1] - 1), min(max(y0, 0), owner.shape[0] - 1)
            owner[y0:max(y1, y0 + 1), x0:max(x1, x0 + 1)] = i
        owners.append(owner)
    text = np.zeros((2 * (h // 4), w // 4), np.float32)
    for l, t, r, b in truth["lines"]:
        high = b - t
        t, b = (t + high * .22) / 2, (b - high * .22) / 2
        l, r = (l + min(high * .2, (r - l) * .25)) / 4, (r - min(high * .2, (r - l) * .25)) / 4
        y0, x0 = int(round(t)), int(round(l))
        text[y0:max(int(round(b)), y0 + 1), x0:max(int(round(r)), x0 + 1)] = 1
    return owners, text


class Batches(torch.utils.data.IterableDataset):
    """A share `even` of the parts is around an element of a role that is drawn by lot, so that rare roles come as often as others."""

    def __init__(self, screens, seed, odds, even):
        self.screens, self.seed, self.odds, self.even = screens, seed, odds, even
        self.places = screens.by_role(odds)

    def one(self, shape, r):
        """A part of a screen and its truth."""
        if r.random() < self.even:
            places, odds = r.choice(self.places)
            at, around = r.choices(places, cum_weights=odds)[0]
            return crop_of(self.screens, at, shape, r, around)
        return crop_of(self.screens, r.choices(range(len(self.odds)), self.odds)[0], shape, r)

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        r = random.Random(self.seed + 7919 * (info.id if info else 0))
        while True:
            (h, w), count, _ = r.choices(SHAPES, [often for _, _, often in SHAPES])[0]
            parts = []
            while len(parts) < count:
                try:
                    part, truth = self.one((h, w), r)
                except OSError:     # a screen that is drawn anew in this moment
                    continue
                parts.append((part, truth, *targets(truth, h, w)))
            pictures = torch.from_numpy(np.stack([p[0] for p in parts])).permute(0, 3, 1, 2).contiguous()
            start, owners, boxes, roles, states = 0, [[] for _ in STRIDES], [], [], []
            for _, truth, own, _ in parts:
                for k in range(len(STRIDES)):
                    owners[k].append(np.where(own[k] >= 0, own[k] + start, own[k]))
                start += len(truth["roles"])
                boxes.append(truth["boxes"]), roles.append(truth["roles"]), states.append(truth["states"])
            yield (pictures, [torch.from_numpy(np.stack(o)) for o in owners], torch.from_numpy(np.concatenate(boxes)), torch.from_numpy(np.concatenate(roles)),
                   torch.from_numpy(np.concatenate(states)), torch.from_numpy(np.stack([p[3] for p in parts])), torch.tensor([p[1]["whole"] for p in parts]))


# ---- what is learnt from ----

def overlap(a, b):
    """Intersection over union of pairs, and what GIoU takes off."""
    area = lambda x: (x[:, 2] - x[:, 0]).clamp(0) * (x[:, 3] - x[:, 1]).clamp(0)
    both = (torch.minimum(a[:, 2], b[:, 2]) - torch.maximum(a[:, 0], b[:, 0])).clamp(0) * (torch.minimum(a[:, 3], b[:, 3]) - torch.maximum(a[:, 1], b[:, 1])).clamp(0)
    union = area(a) + area(b) - both + 1e-6
    hull = (torch.maximum(a[:, 2], b[:, 2]) - torch.minimum(a[:, 0], b[:, 0])) * (torch.maximum(a[:, 3], b[:, 3]) - torch.minimum(a[:, 1], b[:, 1])) + 1e-6
    return both / union, (hull - union) / hull


def losses(outs, owners, boxes, roles, states, text, whole):
    """What the network got wrong: elements, roles, boxes, states, text; and how far boxes overlap."""
    weights = torch.tensor([WEIGHT.get(name, 1.) for name in ROLES])
    said_sum = role_sum = box_sum = state_sum = torch.zeros(())
    total = role_total = torch.zeros(())
    quality = []
    for out, owner, stride in zip(outs, owners, STRIDES):
        out = out.permute(0, 2, 3, 1)
        there = out[..., 0]
        goal = torch.zeros_like(there)
        live = (owner != -2).float()
        weight = torch.ones_like(there)
        b, y, x = torch.nonzero(owner >= 0, as_tuple=True)
        if len(b):
            who = owner[b, y, x]
            cells = torch.bincount(who, minlength=len(roles))[who].float()
            each = weights[roles[who]] / cells.sqrt()
            cx, cy = (x.float() + .5) * stride, (y.float() + .5) * stride
            told_here = out[b, y, x]
            raw = told_here[:, 1 + R:5 + R]
            reach = raw.clamp(-4, 6).exp() * stride
            guess = torch.stack([cx - reach[:, 0], cy - reach[:, 1], cx + reach[:, 2], cy + reach[:, 3]], 1)
            true = boxes[who]
            iou, off = overlap(guess, true)
            wanted = torch.stack([cx - true[:, 0], cy - true[:, 1], true[:, 2] - cx, true[:, 3] - cy], 1).clamp(min=.5) / stride
            box = (1 - iou + off) + .5 * F.smooth_l1_loss(raw, wanted.log(), reduction="none", beta=.2).mean(1)
            box_sum = box_sum + (box * each).sum()
            role_sum = role_sum + (F.cross_entropy(told_here[:, 1:1 + R], roles[who], reduction="none") / cells.sqrt()).sum()
            role_total = role_total + (1 / cells.sqrt()).sum()
            goal[b, y, x] = iou.detach().clamp(.1, 1)
            weight[b, y, x] = each
            total = total + each.sum()
            told = states[who]
            known = (told >= 0).float()
            more = torch.tensor([1., 2., 3., 3.])
            state = F.binary_cross_entropy_with_logits(told_here[:, 5 + R:], told.clamp(min=0), pos_weight=more, reduction="none")
            state_sum = state_sum + (state * known * each[:, None]).sum()
            quality.append(iou.detach())
        said = F.binary_cross_entropy_with_logits(there, goal, reduction="none") * (goal - there.sigmoid()).abs() ** 2
        said_sum = said_sum + (said * live * weight).sum()
    total = total.clamp(min=1)
    map_ = outs_text(outs, text)
    share = whole.float()[:, None, None]
    each = F.binary_cross_entropy_with_logits(map_, text, reduction="none") * share
    p = map_.sigmoid() * share
    dice = 1 - (2 * (p * text).sum() + 1) / (p.sum() + (text * share).sum() + 1)
    letters = each.mean() * 4 + .5 * dice * (whole.any().float())
    return 2 * said_sum / total, .8 * role_sum / role_total.clamp(min=1), 1.5 * box_sum / total, .5 * state_sum / total, letters, (torch.cat(quality).mean() if quality else torch.zeros(()))


def outs_text(outs, text):
    """The map of text, its halves of cells laid out as rows."""
    t = outs[-1]
    b, _, h, w = t.shape
    return t.permute(0, 2, 1, 3).reshape(b, 2 * h, w)


def train(a):
    torch.manual_seed(SEED)
    torch.set_num_threads(a.threads)
    net = started(a)
    net = net.to(memory_format=torch.channels_last)
    mean = running_mean(net)
    best = torch.optim.AdamW(net.parameters(), lr=a.rate, weight_decay=.02)
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    began, steps, smooth, done = time.time(), 0, None, 0
    while done < 1:
        screens = Screens(a.folders, a.unpacked)
        print(f"{len(screens.items)} screens", dict(zip(ROLES, screens.count.tolist())), flush=True)
        odds = [a.real if "/real" in i["path"] else 1. for i in screens.items]
        loader = torch.utils.data.DataLoader(Batches(screens, SEED + steps, odds, a.even), batch_size=None, num_workers=1, prefetch_factor=4)
        for pictures, owners, boxes, roles, states, text, whole in loader:
            done = steps / a.steps
            if done >= 1:
                break
            for group in best.param_groups:
                group["lr"] = a.rate * min(1, (steps + 1) / 150) * (.5 + .5 * math.cos(math.pi * max(done, 0)))
            net.train()
            outs = net((pictures.float() / 255).contiguous(memory_format=torch.channels_last))
            parts = losses(outs, owners, boxes, roles, states, text, whole)
            loss = sum(parts[:5])
            best.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 10)
            best.step()
            mean.update_parameters(net)
            now = np.array([p.item() for p in parts])
            smooth = now if smooth is None else .98 * smooth + .02 * now
            steps += 1
            if steps % 50 == 0:
                print(f"{steps} steps, {time.time() - began:.0f} s, elements {smooth[0]:.3f} roles {smooth[1]:.3f} boxes {smooth[2]:.3f} states {smooth[3]:.3f} text {smooth[4]:.3f} overlap {smooth[5]:.3f}", flush=True)
            if steps % 200 == 0:
                torch.save(mean.module.state_dict(), a.out.replace(".onnx", ".pt"))
            if steps % a.renew == 0:
                break
    torch.save(mean.module.state_dict(), a.out.replace(".onnx", ".pt"))
    export(mean.module, a.out)


def started(a):
    """The network to train on: a new one, that of a checkpoint, or an exported one."""
    if not a.start:
        return Net()
    if a.start.endswith(".onnx"):
        screens = Screens(a.folders, a.unpacked)
        some = Batches(screens, SEED, [1.] * len(screens.items), a.even)
        return restored(Net(), a.start, (each[0].float() / 255 for each in itertools.islice(some, 24)))
    net = Net()
    net.load_state_dict(torch.load(a.start), strict=False)
    return net


def export(net, path):
    import onnx
    net.eval()
    names = [f"cells{s}" for s in STRIDES] + ["text"]
    size = {0: "count", 2: "height", 3: "width"}
    torch.onnx.export(Answer(net), (torch.zeros(1, 3, 64, 64),), path, input_names=["screen"], output_names=names, opset_version=17,
                      dynamic_axes={"screen": size, **{n: {0: "count", 2: f"{n}_height", 3: f"{n}_width"} for n in names}}, dynamo=False)
    model = onnx.load(path)
    for key, value in (("roles", " ".join(ROLES)), ("states", " ".join(STATES)), ("strides", " ".join(map(str, STRIDES))), ("licence", "MIT OR Apache-2.0")):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(model, path)
    print("written", path)


def int8(a):
    """Puts the network in eight bits in its place where it finds as much in them, give or take LOSS."""
    import onnx
    from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process
    screens = Screens(a.folders)
    r = random.Random(SEED)

    class Seen(CalibrationDataReader):
        def __init__(self):
            self.left = [(r.randrange(len(screens.items)), r.choice(SHAPES)[0]) for _ in range(400)]

        def get_next(self):
            if not self.left:
                return None
            at, shape = self.left.pop()
            part = crop_of(screens, at, shape, r)[0]
            return {"screen": part.transpose(2, 0, 1)[None].astype(np.float32) / 255}

    ready, small = a.out + ".ready", a.out + ".int8"
    quant_pre_process(a.out, ready, skip_symbolic_shape=True)
    # The last layers say how far and how sure; in eight bits they would say so in steps.
    graph = onnx.load(ready).graph
    last = [n.name for n in graph.node if n.op_type == "Conv" and any(n.output[0] in m.input and m.op_type in ("Slice", "Sigmoid", "Split") for m in graph.node)]
    quantize_static(ready, small, Seen(), quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
                    op_types_to_quantize=["Conv", "Add"], nodes_to_exclude=last, calibrate_method=CalibrationMethod.MinMax)
    os.remove(ready)
    some = sorted(range(len(screens.items)), key=lambda _: r.random())[:40]
    screens.items = [screens.items[i] for i in some]
    full, less = (measure(session_of(p), screens, .3)[1] for p in (a.out, small))
    print(f"F1 {full:.4f} in floats, {less:.4f} in eight bits")
    if less < full - LOSS:
        print("left as it is")
    else:
        os.replace(small, a.out)


# ---- how good it is ----

def decode(outs, least=.25):
    """Boxes (left, top, right, bottom), roles, scores and states from the network's answers for one screen."""
    found = []
    for out, stride in zip(outs, STRIDES):
        out = out[0]
        role = out[:R].argmax(0)
        score = out[:R].sum(0)
        ys, xs = np.where(score > least)
        v = out[:, ys, xs]
        reach = np.exp(np.clip(v[R:R + 4], -4, 6)) * stride
        cx, cy = (xs + .5) * stride, (ys + .5) * stride
        found.append(np.stack([cx - reach[0], cy - reach[1], cx + reach[2], cy + reach[3], role[ys, xs], score[ys, xs], *v[R + 4:]], 1))
    return np.concatenate(found)


def iou_of(a, b):
    w = np.clip(np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0]), 0, None)
    h = np.clip(np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1]), 0, None)
    area = lambda x: (x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1])
    both = w * h
    return both / np.maximum(area(a)[:, None] + area(b)[None] - both, 1e-6)


def shared(one, others):
    """What of the smaller of two boxes the other covers."""
    w = np.clip(np.minimum(one[2], others[:, 2]) - np.maximum(one[0], others[:, 0]), 0, None)
    h = np.clip(np.minimum(one[3], others[:, 3]) - np.maximum(one[1], others[:, 1]), 0, None)
    area = lambda x: (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1])
    return w * h / np.maximum(np.minimum(area(one), area(others)), 1e-6)


def apart(found, most=.4, alike=.45):
    """Of boxes that mean the same, the surest; elements of one role do not lie in each other."""
    kept = []
    order = np.argsort(-found[:, 5])
    found = found[order]
    while len(found):
        kept.append(found[0])
        if len(found) == 1:
            break
        near = iou_of(found[:1, :4], found[1:, :4])[0]
        within = shared(found[0, :4], found[1:, :4]) * (found[1:, 4] == found[0, 4])
        found = found[1:][(near <= most) & (within <= alike)]
    return np.array(kept).reshape(-1, 6 + S)


def look(session, picture):
    h, w = picture.shape[:2]
    H, W = -(-h // 32) * 32, -(-w // 32) * 32
    x = np.zeros((1, 3, H, W), np.float32)
    x[0, :, :h, :w] = picture.transpose(2, 0, 1) / 255
    if H > h:
        x[:, :, h:] = x[:, :, h - 1:h]
    if W > w:
        x[:, :, :, w:] = x[:, :, :, w - 1:w]
    return session.run(None, {"screen": x})



def matched(found, truth, least=.5):
    """Pairs of found and true elements of the same place, best first: (found, true)."""
    if not len(found) or not len(truth):
        return []
    near = iou_of(found[:, :4], truth)
    pairs, used_f, used_t = [], set(), set()
    for f, t in sorted(zip(*np.where(near >= least)), key=lambda p: -near[p]):
        if f not in used_f and t not in used_t:
            used_f.add(f), used_t.add(t), pairs.append((f, t))
    return pairs


def within(found, areas):
    """Whether the middle of what was found lies where nobody knows what is."""
    x, y = (found[0] + found[2]) / 2, (found[1] + found[3]) / 2
    return any(l <= x <= r and t <= y <= b for l, t, r, b in areas)


def measure(session, screens, least):
    hits = seen = there = right = 0
    per = {name: [0, 0, 0, 0] for name in ROLES}        # there, found, role right, seen
    ticks = [0, 0, 0]
    inside = [0, 0]
    cost = 0.
    for at, item in enumerate(screens.items):
        picture = screens.picture(at)
        began = time.process_time()
        outs = look(session, picture)
        cost += time.process_time() - began
        found = apart(decode(outs, least))
        keep = np.array([ROLES[int(f[4])] not in LEFT_OUT for f in found], bool)
        found = found[keep] if len(found) else found
        want = np.array([ROLES[r] not in LEFT_OUT for r in item["roles"]], bool)
        boxes, roles, states = item["boxes"][want], item["roles"][want], item["states"][want]
        pairs = matched(found, boxes)
        found_right = {f for f, _ in pairs}
        guessed = [f for f in range(len(found)) if f not in found_right and within(found[f], item["unknown"])]
        hits, seen, there = hits + len(pairs), seen + len(found) - len(guessed), there + len(boxes)
        right += sum(int(found[f, 4]) == roles[t] for f, t in pairs)
        for r in roles:
            per[ROLES[r]][0] += 1
        for f in found:
            per[ROLES[int(f[4])]][3] += 1
        for f, t in pairs:
            per[ROLES[roles[t]]][1] += 1
            per[ROLES[roles[t]]][2] += int(found[f, 4]) == roles[t]
        by = {t: f for f, t in pairs}
        for t, r in enumerate(roles):
            if ROLES[r] in ("check_box", "radio_button") and states[t, 0] >= 0:
                ticks[0] += 1
                if t in by and int(found[by[t], 4]) == r:
                    ticks[1] += 1
                    ticks[2] += (found[by[t], 6] > .5) == (states[t, 0] > .5)
        if len(found) and len(boxes):
            mx, my = (found[:, 0] + found[:, 2]) / 2, (found[:, 1] + found[:, 3]) / 2
            for b in boxes:
                inside[0] += bool(((mx >= b[0]) & (mx <= b[2]) & (my >= b[1]) & (my <= b[3])).any())
        inside[1] += len(boxes)
    print(f"least {least}: recall {hits / max(there, 1):.3f} precision {hits / max(seen, 1):.3f} role right {right / max(hits, 1):.3f}, boxes an element {seen / max(there, 1):.2f}, a centre inside {inside[0] / max(inside[1], 1):.3f}; "
          f"ticks {ticks[0]}: found {ticks[1] / max(ticks[0], 1):.3f}, with state {ticks[2] / max(ticks[0], 1):.3f}; {cost / max(len(screens.items), 1) * 1e3:.0f} ms a screen")
    return per, 2 * hits / max(seen + there, 1)


def session_of(path):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def test(a):
    session = session_of(a.out)
    for folder in a.folders:
        screens = Screens([folder])
        if a.most and len(screens.items) > a.most:
            random.Random(1).shuffle(screens.items)
            screens.items = screens.items[:a.most]
        print(folder, len(screens.items), "screens")
        for least in a.least:
            per, _ = measure(session, screens, least)
        for name, (there, found, right, seen) in per.items():
            if there or seen:
                print(f"  {name:14} there {there:5} recall {found / max(there, 1):.3f} with role {right / max(there, 1):.3f} seen {seen}")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["train", "test", "export", "int8"]), p.add_argument("folders", nargs="*"), p.add_argument("-o", "--out", required=True)
    p.add_argument("--steps", type=int, default=6000), p.add_argument("--rate", type=float, default=2e-3), p.add_argument("--threads", type=int, default=2)
    p.add_argument("--from", dest="start", help="a checkpoint, or a network that was exported"), p.add_argument("--renew", type=int, default=1500, help="steps after which folders are read again")
    p.add_argument("--real", type=float, default=2, help="how much more often screens of real applications are taken")
    p.add_argument("--even", type=float, default=.7, help="the share of parts around an element whose role is drawn by lot; less towards the end tells how often each role comes")
    p.add_argument("--unpacked", help="a folder for raw pixels, some 6 MB a screen: reading them is most of the work beside the network")
    p.add_argument("--least", type=float, nargs="*", default=[.3, .4]), p.add_argument("--most", type=int, default=60)
    a = p.parse_args()
    if a.what == "export":
        net = Net()
        net.load_state_dict(torch.load(a.start))
        export(net, a.out)
    else:
        {"train": train, "test": test, "int8": int8}[a.what](a)


if __name__ == "__main__":
    main()
