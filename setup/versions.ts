import versions from "../versions.json";

/** Everything that is installed is pinned here; go.mod files and package locks of this folder agree (tested). */
export { versions };
