export function azureRules(source: string): Record<string, string[]>;
export function kubernetesRules(source: string): Record<string, string[]>;
