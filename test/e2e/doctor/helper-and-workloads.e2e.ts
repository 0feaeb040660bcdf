import { helperFaults } from "./faults/helper";
import { policyFaults } from "./faults/policies";
import { workloadFaults } from "./faults/workloads";
import { testSingly } from "./single";

testSingly([...helperFaults, ...policyFaults, ...workloadFaults]);
