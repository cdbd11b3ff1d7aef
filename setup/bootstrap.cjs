/* global setInterval, clearInterval, setTimeout */
/* eslint-disable @typescript-eslint/no-unused-vars -- old engines want a name after catch */
/*
 * Entry point of every npm command: node setup/bootstrap.cjs <file.ts> [arguments].
 *
 * Makes sure that Node.js is new enough and that node_modules is what package-lock.json says, then runs the TypeScript file.
 * Written so that Node.js versions of ten years ago can still read it and print the message; uses no package.
 */
"use strict";

var childProcess = require("child_process");
var crypto = require("crypto");
var fs = require("fs");
var os = require("os");
var path = require("path");

var root = path.join(__dirname, "..");
var minimumNode = 20;
var modules = path.join(root, "node_modules");
var stampFile = path.join(modules, ".evenkeel-lock");
var lockFolder = path.join(root, ".evenkeel");
var installLock = path.join(lockFolder, "npm-ci.pid");

main(process.argv.slice(2));

function main(args) {
  var major = parseInt(process.versions.node.split(".")[0], 10);
  if (major < minimumNode) {
    fail(
      "cannot start: Node.js is too old\n" +
        "  got:    " +
        process.version +
        " (" +
        process.execPath +
        ")\n" +
        "  needed: " +
        minimumNode +
        " or newer\n" +
        "  mend:   install it from https://nodejs.org/en/download (or nvm install " +
        minimumNode +
        "), then run this again",
    );
  }
  if (args.length === 0) fail("usage: node setup/bootstrap.cjs <file.ts> [arguments]");
  ensureModules(function () {
    runFile(args);
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (ignored) {
    return undefined;
  }
}

function wantedStamp() {
  return crypto
    .createHash("sha256")
    .update(fs.readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
}

/*
 * True when node_modules was installed from this lock file, by us or by npm itself. npm writes its own list of what it
 * installed (.package-lock.json) as the last thing, and removes it first: an interrupted installation has none.
 */
function isInstalled() {
  var wanted = wantedStamp();
  if (read(stampFile) === wanted) return true;
  var hidden = read(path.join(modules, ".package-lock.json"));
  if (hidden === undefined) return false;
  try {
    var lock = JSON.parse(read(path.join(root, "package-lock.json"))).packages;
    var installed = JSON.parse(hidden).packages;
    var same = Object.keys(lock).every(function (name) {
      if (name === "") return true;
      var there = installed[name];
      return there === undefined ? lock[name].optional === true : there.version === lock[name].version;
    });
    var none = Object.keys(installed).every(function (name) {
      return lock[name] !== undefined;
    });
    if (!same || !none) return false;
    fs.writeFileSync(stampFile, wanted);
    return true;
  } catch (error) {
    return false;
  }
}

function ensureModules(next) {
  if (isInstalled()) return next();
  takeLock(function () {
    // Another run may have installed them while this one waited.
    if (isInstalled()) return releaseLock(next);
    install(function (code) {
      releaseLock(function () {
        if (code !== 0) {
          fail(
            "cannot install the npm packages\n" +
              "  got:    npm ci ended with " +
              code +
              " (its message is above)\n" +
              "  needed: an npm registry that has the packages of package-lock.json\n" +
              "  mend:   check the network and `npm config get registry`, then run this again",
          );
        }
        next();
      });
    });
  });
}

function install(done) {
  var started = Date.now();
  try {
    fs.unlinkSync(stampFile);
  } catch (error) {
    // There was none.
  }
  console.error("npm packages: installing what package-lock.json names");
  var timer = setInterval(function () {
    console.error("npm packages: " + Math.round((Date.now() - started) / 1000) + " s");
  }, 10000);
  var args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  var npm = process.env.npm_execpath;
  var options = { cwd: root, stdio: ["ignore", 2, "inherit"] };
  var child =
    npm && /npm-cli\.js$/.test(npm)
      ? childProcess.spawn(process.execPath, [npm].concat(args), options)
      : childProcess.spawn("npm", args, options);
  forwardSignals(child);
  child.on("error", function (error) {
    console.error("npm: " + error.message);
    finish(127);
  });
  child.on("exit", function (code, signal) {
    finish(code === null ? signal : code);
  });

  function finish(code) {
    clearInterval(timer);
    if (code === 0) {
      fs.writeFileSync(stampFile, wantedStamp());
      console.error("npm packages: installed in " + Math.round((Date.now() - started) / 1000) + " s");
    }
    done(code);
  }
}

/* One installation at a time: the lock holds its owner's number; a dead owner's is taken over. */
function takeLock(next) {
  if (!fs.existsSync(lockFolder)) fs.mkdirSync(lockFolder);
  var waited = 0;
  attempt();

  function attempt() {
    try {
      fs.writeFileSync(installLock, String(process.pid), { flag: "wx" });
      return next();
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    var owner = parseInt(read(installLock) || "", 10);
    if (!owner || !isAlive(owner)) {
      // Empty for the moment between making the file and writing to it: looked at again before it counts as left over.
      if (owner || waited > 0) {
        try {
          fs.unlinkSync(installLock);
        } catch (error) {
          // Another one was quicker.
        }
      }
    } else if (waited % 20 === 0) {
      console.error("npm packages: waiting for process " + owner + ", which installs them");
    }
    waited += 1;
    setTimeout(attempt, 500);
  }
}

function releaseLock(next) {
  try {
    fs.unlinkSync(installLock);
  } catch (error) {
    // Gone already.
  }
  next();
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function runFile(args) {
  // As a hook in the same process as the program: tsx's own command would put one more process between it and the terminal.
  var hook = path.join(modules, "tsx", "dist", "cjs", "index.cjs");
  var file = path.resolve(root, args[0]);
  var child = childProcess.spawn(process.execPath, ["--require", hook, file].concat(args.slice(1)), {
    stdio: "inherit",
  });
  forwardSignals(child);
  child.on("error", function (error) {
    fail("cannot run " + args[0] + ": " + error.message);
  });
  child.on("exit", function (code, signal) {
    process.exit(signal ? 128 + (os.constants.signals[signal] || 0) : code);
  });
}

/* A Ctrl-C reaches the child from the terminal itself; the parent only waits for its end. Others are passed on. */
function forwardSignals(child) {
  process.on("SIGINT", function () {});
  ["SIGTERM", "SIGHUP"].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
}
