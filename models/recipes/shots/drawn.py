"""The truth drawn over its picture, for a person to look at."""
from PIL import Image, ImageDraw


COLOURS = {"button": "#e6194b", "icon": "#ff8c00", "text_field": "#0000ff", "check_box": "#00a000", "radio_button": "#00a080", "drop_down": "#8000ff",
           "spinner": "#a000a0", "slider": "#806000", "scroll_bar": "#606060", "list_row": "#00b0ff", "tab": "#c000c0", "menu_item": "#d06000",
           "link": "#0060ff", "image": "#ff00a0", "title_bar": "#ffd000", "dialog": "#ff0000", "pane": "#00ff80", "progress": "#a0a000"}


def draw_truth(picture, data, path):
    im = Image.fromarray(picture)
    d = ImageDraw.Draw(im)
    for l in data["lines"]:
        x, y, w, h = l["box"]
        d.rectangle([x - 1, y - 1, x + w, y + h], outline="#00ffff")
    for e in data["elements"]:
        x, y, w, h = e["box"]
        d.rectangle([x, y, x + w - 1, y + h - 1], outline=COLOURS.get(e["role"], "#ffffff"))
        mark = e["role"][:2] + "".join(k[0] for k, v in e["state"].items() if v)
        if e["role"] not in ("icon", "list_row", "menu_item"):
            d.text((x + 1, y - 9), mark, fill=COLOURS.get(e["role"], "#ffffff"))
    for x, y, w, h in data.get("unknown", []):
        d.rectangle([x, y, x + w - 1, y + h - 1], outline="#808080")
        d.line([x, y, x + w, y + h], fill="#808080")
    im.save(path)
