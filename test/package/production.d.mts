export function lockedPackages(): [place: string, package_: { resolved?: string; integrity?: string }][];
export function productionPackages(): string[];
export function copyPackages(from: string, names: string[], to: string): void;
