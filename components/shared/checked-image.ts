import type * as pulumi from "@pulumi/pulumi";
import { requiredImage } from "../problems";
import { checkedLater } from "./checked-later";

/** The same image; one that is only known later is checked then, and a bad one stops the program. */
export function checkedImage(subject: string, path: string, image: pulumi.Input<string>): pulumi.Input<string> {
    return checkedLater(subject, image, (known) => requiredImage(path, known, "an image reference", "name an image"));
}
