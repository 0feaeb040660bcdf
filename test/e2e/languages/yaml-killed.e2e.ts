import { testKills } from "../engine/kills.js";
import { yamlProgram } from "./yaml.js";

// The plugin dies with the engine.
testKills(["make", "change", "destroy"], ["make", "change", "destroy"], 4, () => yamlProgram());
