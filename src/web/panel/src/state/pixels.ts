/** Whether a picture is black all over, as a desktop is on which nothing is open; a pointer on it counts for nothing. */
export function isBlack(image: HTMLImageElement): boolean {
  const [width, height] = [64, 40];
  const brush = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!brush) return false;
  brush.drawImage(image, 0, 0, width, height);
  const { data } = brush.getImageData(0, 0, width, height);
  let bright = 0;
  for (let i = 0; i < data.length; i += 4) if (Math.max(data[i], data[i + 1], data[i + 2]) > 24) bright += 1;
  return bright <= 4;
}
