/** A monitor behind gRPC, and what was registered with it. */
export interface Monitor {
    address: string;
    // The requests are generated code without types.
    recording: { resources: Map<string, { request: any; inputs: object }> };
    /** What programs logged as errors. */
    problems: string[];
    close(): void;
}

export function startMonitor(project: string, stack: string): Promise<Monitor>;
