export type Theme = 'auto' | 'light' | 'dark';
const KEY = 'guardian.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function kept(): Theme {
  const said = localStorage.getItem(KEY);
  return said === 'light' || said === 'dark' ? said : 'auto';
}

export const theme = $state({ chosen: kept(), is_dark: false });

function show(): void {
  theme.is_dark = theme.chosen === 'auto' ? dark.matches : theme.chosen === 'dark';
  if (theme.chosen === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.chosen;
}

export function choose(chosen: Theme): void {
  theme.chosen = chosen;
  if (chosen === 'auto') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, chosen);
  show();
}

dark.addEventListener('change', show);
show();
