import * as pulumi from "@pulumi/pulumi";
import { isLate, requiredImage, throwIfAny } from "../problems";

/** The same image, or a `ValidationError`. */
export function validImage(subject: string, path: string, image: string): string {
    throwIfAny(subject, requiredImage(path, image, "an image reference", "name an image"));
    return image;
}

/** The same image; one that is only known later is checked then, and a bad one stops the program. */
export function checkedImage(subject: string, path: string, image: pulumi.Input<string>): pulumi.Input<string> {
    return isLate(image) ? pulumi.output(image).apply((known) => validImage(subject, path, known)) : image;
}
