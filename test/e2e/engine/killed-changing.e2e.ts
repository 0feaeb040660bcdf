import { testKills } from "./kills.js";

// A third of the 16 moments: a pool is replaced, a Job runs again, tags change.
testKills(["make", "change"], ["change"], 6);
