import { testKills } from "./kills.js";

// 12 of the 25 moments: a pool is replaced, a Job runs again, tags change.
testKills(["make", "change"], ["change"], 12);
