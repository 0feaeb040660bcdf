import * as pulumi from "@pulumi/pulumi";
import type { Alert } from "./alert";
import { alertsOf, type Watched } from "./alerts";

/** What the alerts need to know, of which names may be outputs. */
export interface WatchedInputs extends Omit<Watched, "quoteHelper" | "tcbCheck"> {
    quoteHelper: { namespace: pulumi.Input<string>; name: pulumi.Input<string> };
    tcbCheck: pulumi.Input<string> | undefined;
}

/** The alerts, as soon as the names are known. */
export function alertsLater({ quoteHelper, tcbCheck, ...watched }: WatchedInputs): pulumi.Output<Alert[]> {
    return pulumi
        .all([quoteHelper.namespace, quoteHelper.name, tcbCheck])
        .apply(([namespace, name, check]) =>
            alertsOf({ ...watched, quoteHelper: { namespace, name }, tcbCheck: check }),
        );
}

/** The names of the alerts, which depend on no output. */
export function namesOf(watched: WatchedInputs): string[] {
    const tcbCheck = watched.tcbCheck === undefined ? undefined : "";
    return alertsOf({ ...watched, quoteHelper: { namespace: "", name: "" }, tcbCheck }).map(({ name }) => name);
}
