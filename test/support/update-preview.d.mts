import type { ProvidedResource, ProviderState } from "../../plan/record/recording.js";

export function knownInUpdate(resource: ProvidedResource, location?: string): ProviderState;
