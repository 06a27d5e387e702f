"""The running mean of a network's weights while it is trained: what is exported, since it is better than any one step's."""
import torch

KEEP = .998


def running_mean(net):
    """A copy of `net` that `update_parameters(net)` moves after it."""
    return torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=move, use_buffers=True)


def move(means, now, count):
    """At first fast: what the means began with is worth nothing."""
    keep = min(KEEP, (1 + int(count)) / (10 + int(count)))
    if means[0].is_floating_point():
        torch._foreach_lerp_(means, now, 1 - keep)
    else:
        for mean, value in zip(means, now):
            mean.copy_(value)
