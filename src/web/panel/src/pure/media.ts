/** Which viewer fits a kind of content. */
export type Viewer = 'picture' | 'json' | 'markdown' | 'text' | 'none';

export function viewerOf(media: string, name: string): Viewer {
  const kind = media.split(';')[0].trim();
  if (kind.startsWith('image/')) return 'picture';
  if (kind === 'application/json' || kind.endsWith('+json')) return 'json';
  if (kind === 'text/markdown' || /\.md$/i.test(name)) return 'markdown';
  return isText(media) ? 'text' : 'none';
}

export function isText(media: string): boolean {
  return /^text\/|json|xml|yaml|toml|javascript|x-sh/.test(media);
}
