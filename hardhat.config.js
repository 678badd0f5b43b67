import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  solidity: {
    compilers: [
      {
        version: "0.8.37",
        // The npm compiler (WebAssembly): nothing is downloaded. ledger/chain/compile.py uses the same settings.
        path: require.resolve("solc/soljson.js"),
        settings: {
          optimizer: { enabled: true, runs: 1000 },
          evmVersion: "cancun",
          metadata: { bytecodeHash: "none" },
        },
      },
    ],
  },
  test: {
    solidity: {
      fsPermissions: { readFile: ["./tests/vectors/split.json", "./tests/vectors/pages.json"] },
      fuzz: { runs: 256, seed: "0x5e1" },
      invariant: { runs: 32, depth: 50, failOnRevert: true },
    },
  },
  paths: {
    sources: "./contracts",
    tests: { solidity: "./tests/contracts" },
    artifacts: "./build/hardhat/artifacts",
    cache: "./build/hardhat/cache",
  },
});
