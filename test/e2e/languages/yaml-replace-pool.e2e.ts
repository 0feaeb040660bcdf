import { testReplacement } from "../engine/replacement.js";
import { yamlProgram } from "./yaml.js";

// The hooks and the drain run in the process of the plugin.
testReplacement(() => yamlProgram());
