// Pictures are stored once and shown wherever they are named.
for (const img of document.querySelectorAll('img[data-blob]')) img.src = PICTURES[img.dataset.blob] ?? '';
const big = document.querySelector('dialog');
for (const shot of document.querySelectorAll('button.shot')) {
  shot.addEventListener('click', () => {
    const copy = document.createElement('div');
    copy.className = 'shot';
    copy.append(...[...shot.childNodes].map((node) => node.cloneNode(true)));
    big.replaceChildren(copy);
    big.showModal();
  });
}
big.addEventListener('click', () => big.close());
