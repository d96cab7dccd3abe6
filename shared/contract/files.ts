import * as z from "zod";
import { fields } from "../fields.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";

export const fileMatch = z.object({ path: z.string(), kind: z.enum(["file", "folder"]) });
export type FileMatch = z.infer<typeof fileMatch>;

/** An image as a page draws it: `width` and `height` in pixels, `data` in base64. */
export const picture = z.object({
  mimeType: z.enum(["image/png", "image/gif", "image/webp", "image/jpeg"]),
  width: z.int(),
  height: z.int(),
  data: z.string(),
});
export type Picture = z.infer<typeof picture>;

/** `bytes` null: over 8 MB. `picture` null: it is no image, or one that is too large to be drawn. */
export const pictureFile = z.object({ bytes: z.int().nullable(), picture: picture.nullable() });
export type PictureFile = z.infer<typeof pictureFile>;

/** What file a path names, links inside the working copy followed; by its first 8,000 bytes, as `read` tells text. */
export const fileKind = z.object({ path: z.string(), kind: z.enum(["text", "binary"]).nullable() });
export type FileKind = z.infer<typeof fileKind>;

/** How many paths are asked about at once. */
export const mostKinds = 100;

export const files = {
  /** Files and folders of the working copy whose path matches, best first; ignored files left out. */
  search: procedure(
    "GET",
    "/sessions/{sessionId}/files",
    "Find files and folders of a session's working copy",
    fields({
      sessionId: z.string(),
      query: z.string().max(300).default(""),
      limit: z.coerce.number().int().min(1).max(200).default(40),
    }),
  )
    .output(z.array(fileMatch))
    .errors(errors("SESSION_NOT_FOUND", "WORKING_COPY_MISSING", "WORKING_COPY_NOT_READY", "GIT_FAILED")),
  /** In the order asked for. Cheap, whatever the files' size. Null: there is no file, or none that may be read. */
  kinds: procedure(
    "GET",
    "/sessions/{sessionId}/files/kinds",
    "Say at which of some paths of a session's working copy text files stand",
    fields({ sessionId: z.string(), paths: z.array(z.string().min(1).max(1_000)).max(mostKinds) }),
  )
    .output(z.array(fileKind))
    .errors(errors("SESSION_NOT_FOUND", "WORKING_COPY_MISSING")),
  picture: procedure(
    "GET",
    "/sessions/{sessionId}/files/picture",
    "Read an image of a session's working copy",
    fields({ sessionId: z.string(), path: z.string().min(1) }),
  )
    .output(pictureFile)
    .errors(errors("SESSION_NOT_FOUND", "WORKING_COPY_MISSING", "FILE_NOT_FOUND", "PATH_REFUSED")),
  /** Text of a file in the working copy, at most 1 MB of it. */
  read: procedure(
    "GET",
    "/sessions/{sessionId}/files/content",
    "Read a text file of a session's working copy",
    fields({ sessionId: z.string(), path: z.string().min(1) }),
  )
    .output(
      z.object({ path: z.string(), text: z.string().nullable(), binary: z.boolean(), bytes: z.int(), truncated: z.boolean() }),
    )
    .errors(errors("SESSION_NOT_FOUND", "WORKING_COPY_MISSING", "FILE_NOT_FOUND", "PATH_REFUSED")),
};
