import { badAttestation } from "./attestation";
import type { Bypass } from "./bypass";
import { badMounts } from "./mounts";
import { badPrivileges } from "./privileges";
import { badVolumes } from "./volumes";

/** All pods that must be refused when somebody creates them. */
export const bypasses: Bypass[] = [...badVolumes, ...badMounts, ...badPrivileges, ...badAttestation];
