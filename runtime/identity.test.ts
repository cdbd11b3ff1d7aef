import { containerIdFrom } from "./identity";

const id = "0123456789ab" + "c".repeat(52);

test("the container's id is read from the engine's own mounts", () => {
  const line = `721 700 254:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw`;
  expect(containerIdFrom(`700 600 0:55 / / rw - overlay overlay rw\n${line}\n`)).toBe("0123456789ab");
});

test("outside a container there is none", () => {
  expect(containerIdFrom("22 1 254:1 / / rw - ext4 /dev/vda1 rw\n")).toBeNull();
});
