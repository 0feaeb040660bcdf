export const root: string;
export function pack(folder: string): { archive: string; files: string[] };
