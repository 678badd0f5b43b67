import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

// The npm compiler (WebAssembly): nothing is downloaded. ledger/chain/compile.py uses the settings of `deployed`.
const compiler = (viaIR) => ({
  version: "0.8.37",
  path: require.resolve("solc/soljson.js"),
  settings: {
    optimizer: { enabled: true, runs: 1_000_000 },
    viaIR,
    evmVersion: "cancun",
    metadata: { bytecodeHash: "none" },
  },
});

// What is deployed is built by way of the compiler's intermediate language, which saves 3,300 gas a grant. The tests
// are not, because that takes five times as long; SELVAGE_TEST_VIA_IR=1 builds them so too.
const deployed = [
  "CheckpointBook",
  "LicenceBook",
  "LicenceToken",
  "OrderDesk",
  "PatternRegistry",
  "RoyaltyVault",
  "SoftBindingDirectory",
  "TestDollar",
];

export default defineConfig({
  solidity: {
    compilers: [compiler(process.env.SELVAGE_TEST_VIA_IR === "1")],
    overrides: Object.fromEntries(deployed.map((name) => [`contracts/${name}.sol`, compiler(true)])),
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
