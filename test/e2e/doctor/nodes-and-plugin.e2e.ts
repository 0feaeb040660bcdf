import { nodeFaults } from "./faults/nodes";
import { pluginFaults } from "./faults/plugin";
import { testSingly } from "./single";

testSingly([...nodeFaults, ...pluginFaults]);
