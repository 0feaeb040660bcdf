import { refusal, type Refusal } from "./service";

/*
 * Texts of Key Vault, as the tests of Azure's SDKs expect them.
 */

export function beingDeleted(name: string): Refusal {
    const text = `Key ${name} is currently being deleted and cannot be re-created; retry later.`;
    return refusal(409, "Conflict", text, "ObjectIsBeingDeleted");
}

export function deletedButRecoverable(name: string): Refusal {
    const text =
        `Key ${name} is currently in a deleted but recoverable state, and its name cannot be reused; ` +
        "in this state, the key can only be recovered or purged.";
    return refusal(409, "Conflict", text, "ObjectIsDeletedButRecoverable");
}
