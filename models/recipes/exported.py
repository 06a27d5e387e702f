"""Networks that were exported, to train on."""
import torch
from torch import nn

CONVOLUTIONS = nn.Conv1d, nn.Conv2d
NORMALISATIONS = nn.BatchNorm1d, nn.BatchNorm2d


def layers(net, picture):
    """The convolutions of `net` in the order in which it runs them over `picture`, each with the normalisation that follows, or None."""
    called = []
    hooks = [m.register_forward_hook(lambda m, *_: called.append(m)) for m in net.modules() if isinstance(m, CONVOLUTIONS + NORMALISATIONS)]
    net.eval()
    with torch.no_grad():
        net(picture)
    for hook in hooks:
        hook.remove()
    called.append(None)
    return [(m, n if isinstance(n, NORMALISATIONS) else None) for m, n in zip(called, called[1:]) if isinstance(m, CONVOLUTIONS)]


def restored(net, path, batches):
    """`net`, made to answer as the network that was exported to `path`.

    Its normalisation has become part of the convolutions there and is put back: what `batches` (of the network's input) bring about
    tells mean and variance of each channel, and scale and shift undo them."""
    import onnx
    graph = onnx.load(path).graph
    told = {i.name: torch.from_numpy(onnx.numpy_helper.to_array(i).copy()) for i in graph.initializer}
    batches = list(batches)
    pairs = layers(net, batches[0][:1])
    nodes = [n for n in graph.node if n.op_type == "Conv"]
    assert len(nodes) == len(pairs), f"{path} is of another network: {len(nodes)} convolutions, {len(pairs)} here"
    seen = {}

    def note(conv, _, out):
        others = [d for d in range(out.dim()) if d != 1]
        seen.setdefault(conv, []).append((out.mean(others), (out ** 2).mean(others)))

    with torch.no_grad():
        for node, (conv, norm) in zip(nodes, pairs):
            conv.weight.copy_(told[node.input[1]])
            shift = told[node.input[2]] if len(node.input) > 2 else torch.zeros(conv.out_channels)
            if norm is None:
                conv.bias.copy_(shift)
                continue
            norm.bias.copy_(shift)
            norm.running_var.fill_(1 - norm.eps)
            conv.register_forward_hook(note)
        for batch in batches:
            net(batch)
        for conv, norm in pairs:
            conv._forward_hooks.clear()
            if norm is not None:
                mean, square = (torch.stack(s).mean(0) for s in zip(*seen[conv]))
                norm.running_mean.copy_(mean)
                norm.running_var.copy_((square - mean ** 2).clamp(min=0))
                norm.weight.copy_((norm.running_var + norm.eps).sqrt())
                norm.bias += mean
    return net
