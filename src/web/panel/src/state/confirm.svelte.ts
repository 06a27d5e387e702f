export interface Asked {
  title: string;
  consequences: string[];
  yes: string;
  answer: (sure: boolean) => void;
}

export const confirming = $state<{ asked: Asked | null }>({ asked: null });

/** Asks whether something that cannot be taken back is meant; `consequences` name what will be gone. */
export function confirm(title: string, yes: string, ...consequences: string[]): Promise<boolean> {
  return new Promise((answer) => (confirming.asked = { title, consequences, yes, answer }));
}
