import * as pulumi from "@pulumi/pulumi";
import type { Alert } from "./alert";
import { alertsOf, type Watched } from "./alerts";

/** What the alerts need to know, of which names may be outputs. */
export interface WatchedInputs extends Omit<Watched, "quoteHelper"> {
    quoteHelper: { namespace: pulumi.Input<string>; name: pulumi.Input<string> };
}

/** The alerts, as soon as the names are known. */
export function alertsLater({ quoteHelper, ...watched }: WatchedInputs): pulumi.Output<Alert[]> {
    return pulumi
        .all([quoteHelper.namespace, quoteHelper.name])
        .apply(([namespace, name]) => alertsOf({ ...watched, quoteHelper: { namespace, name } }));
}

/** The names of the alerts, which depend on no output. */
export function namesOf(watched: WatchedInputs): string[] {
    return alertsOf({ ...watched, quoteHelper: { namespace: "", name: "" } }).map(({ name }) => name);
}
