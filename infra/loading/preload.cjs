// Loaded before Pulumi's SDK: `nodeargs` in Pulumi.yaml. docs/design.md, "The price of a preview".
require("./lazy-sdk.cjs").install();
require("./stack-traces.cjs").install();
