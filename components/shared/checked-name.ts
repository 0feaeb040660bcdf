import type * as pulumi from "@pulumi/pulumi";
import { kubernetesName } from "../problems";
import { checkedLater, type Subject } from "./checked-later";

/** The same name of a Kubernetes object. An output is checked as soon as its value is known. */
export function checkedName<Name extends pulumi.Input<string> | undefined>(
    of: Subject,
    path: string,
    name: Name,
): Name | pulumi.Output<string> {
    if (name === undefined) return name;
    return checkedLater<pulumi.Input<string>>(of, name, (known) => kubernetesName(path, known)) as Name;
}
