import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace shoal. */
export namespace shoal {

    /** Namespace admin. */
    namespace admin {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Request.
             * @deprecated Use shoal.admin.v1.Request.$Properties instead.
             */
            interface IRequest extends shoal.admin.v1.Request.$Properties {
            }

            /** Represents a Request. */
            class Request {

                /**
                 * Constructs a new Request.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.admin.v1.Request.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Request method. */
                method: string;

                /** Request body. */
                body: Uint8Array;

                /** Request data. */
                data: Uint8Array;

                /**
                 * Creates a new Request instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Request instance
                 */
                static create(properties: shoal.admin.v1.Request.$Shape): shoal.admin.v1.Request & shoal.admin.v1.Request.$Shape;
                static create(properties?: shoal.admin.v1.Request.$Properties): shoal.admin.v1.Request;

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.admin.v1.Request.verify|verify} messages.
                 * @param message Request message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.admin.v1.Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.admin.v1.Request & shoal.admin.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.admin.v1.Request & shoal.admin.v1.Request.$Shape;
            }

            namespace Request {

                /** Properties of a Request. */
                interface $Properties {

                    /** Request method */
                    method?: (string|null);

                    /** Request body */
                    body?: (Uint8Array|null);

                    /** Request data */
                    data?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Request. */
                type $Shape = shoal.admin.v1.Request.$Properties;
            }

            /**
             * Properties of a Response.
             * @deprecated Use shoal.admin.v1.Response.$Properties instead.
             */
            interface IResponse extends shoal.admin.v1.Response.$Properties {
            }

            /** Represents a Response. */
            class Response {

                /**
                 * Constructs a new Response.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.admin.v1.Response.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Response status. */
                status: shoal.admin.v1.Response.Status;

                /** Response body. */
                body: Uint8Array;

                /** Response code. */
                code: string;

                /** Response more. */
                more: boolean;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Response instance
                 */
                static create(properties: shoal.admin.v1.Response.$Shape): shoal.admin.v1.Response & shoal.admin.v1.Response.$Shape;
                static create(properties?: shoal.admin.v1.Response.$Properties): shoal.admin.v1.Response;

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.admin.v1.Response.verify|verify} messages.
                 * @param message Response message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.admin.v1.Response.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.admin.v1.Response & shoal.admin.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.admin.v1.Response & shoal.admin.v1.Response.$Shape;
            }

            namespace Response {

                /** Properties of a Response. */
                interface $Properties {

                    /** Response status */
                    status?: (shoal.admin.v1.Response.Status|null);

                    /** Response body */
                    body?: (Uint8Array|null);

                    /** Response code */
                    code?: (string|null);

                    /** Response more */
                    more?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Response. */
                type $Shape = shoal.admin.v1.Response.$Properties;

                /** Status enum. */
                enum Status {

                    /** STATUS_UNSPECIFIED value */
                    STATUS_UNSPECIFIED = 0,

                    /** STATUS_OK value */
                    STATUS_OK = 1,

                    /** STATUS_ERROR value */
                    STATUS_ERROR = 2
                }
            }
        }
    }

    /** Namespace circuit. */
    namespace circuit {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a HopStatus.
             * @deprecated Use shoal.circuit.v1.HopStatus.$Properties instead.
             */
            interface IHopStatus extends shoal.circuit.v1.HopStatus.$Properties {
            }

            /** Represents a HopStatus. */
            class HopStatus {

                /**
                 * Constructs a new HopStatus.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.circuit.v1.HopStatus.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** HopStatus type. */
                type: number;

                /** HopStatus limit. */
                limit?: (shoal.circuit.v1.Limit.$Properties|null);

                /** HopStatus status. */
                status: number;

                /**
                 * Creates a new HopStatus instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns HopStatus instance
                 */
                static create(properties: shoal.circuit.v1.HopStatus.$Shape): shoal.circuit.v1.HopStatus & shoal.circuit.v1.HopStatus.$Shape;
                static create(properties?: shoal.circuit.v1.HopStatus.$Properties): shoal.circuit.v1.HopStatus;

                /**
                 * Encodes the specified HopStatus message. Does not implicitly {@link shoal.circuit.v1.HopStatus.verify|verify} messages.
                 * @param message HopStatus message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.circuit.v1.HopStatus.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a HopStatus message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.circuit.v1.HopStatus & shoal.circuit.v1.HopStatus.$Shape} HopStatus
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.circuit.v1.HopStatus & shoal.circuit.v1.HopStatus.$Shape;
            }

            namespace HopStatus {

                /** Properties of a HopStatus. */
                interface $Properties {

                    /** HopStatus type */
                    type?: (number|null);

                    /** HopStatus limit */
                    limit?: (shoal.circuit.v1.Limit.$Properties|null);

                    /** HopStatus status */
                    status?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a HopStatus. */
                type $Shape = shoal.circuit.v1.HopStatus.$Properties;
            }

            /**
             * Properties of a Limit.
             * @deprecated Use shoal.circuit.v1.Limit.$Properties instead.
             */
            interface ILimit extends shoal.circuit.v1.Limit.$Properties {
            }

            /** Represents a Limit. */
            class Limit {

                /**
                 * Constructs a new Limit.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.circuit.v1.Limit.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Limit duration. */
                duration: number;

                /** Limit data. */
                data: (number|Long);

                /**
                 * Creates a new Limit instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Limit instance
                 */
                static create(properties: shoal.circuit.v1.Limit.$Shape): shoal.circuit.v1.Limit & shoal.circuit.v1.Limit.$Shape;
                static create(properties?: shoal.circuit.v1.Limit.$Properties): shoal.circuit.v1.Limit;

                /**
                 * Encodes the specified Limit message. Does not implicitly {@link shoal.circuit.v1.Limit.verify|verify} messages.
                 * @param message Limit message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.circuit.v1.Limit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Limit message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.circuit.v1.Limit & shoal.circuit.v1.Limit.$Shape} Limit
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.circuit.v1.Limit & shoal.circuit.v1.Limit.$Shape;
            }

            namespace Limit {

                /** Properties of a Limit. */
                interface $Properties {

                    /** Limit duration */
                    duration?: (number|null);

                    /** Limit data */
                    data?: (number|Long|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Limit. */
                type $Shape = shoal.circuit.v1.Limit.$Properties;
            }

            /**
             * Properties of a Stop.
             * @deprecated Use shoal.circuit.v1.Stop.$Properties instead.
             */
            interface IStop extends shoal.circuit.v1.Stop.$Properties {
            }

            /** Represents a Stop. */
            class Stop {

                /**
                 * Constructs a new Stop.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.circuit.v1.Stop.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Stop type. */
                type?: (number|null);

                /** Stop peer. */
                peer?: (shoal.circuit.v1.Peer.$Properties|null);

                /** Stop limit. */
                limit?: (shoal.circuit.v1.Limit.$Properties|null);

                /** Stop status. */
                status?: (number|null);

                /**
                 * Creates a new Stop instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Stop instance
                 */
                static create(properties: shoal.circuit.v1.Stop.$Shape): shoal.circuit.v1.Stop & shoal.circuit.v1.Stop.$Shape;
                static create(properties?: shoal.circuit.v1.Stop.$Properties): shoal.circuit.v1.Stop;

                /**
                 * Encodes the specified Stop message. Does not implicitly {@link shoal.circuit.v1.Stop.verify|verify} messages.
                 * @param message Stop message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.circuit.v1.Stop.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Stop message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.circuit.v1.Stop & shoal.circuit.v1.Stop.$Shape} Stop
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.circuit.v1.Stop & shoal.circuit.v1.Stop.$Shape;
            }

            namespace Stop {

                /** Properties of a Stop. */
                interface $Properties {

                    /** Stop type */
                    type?: (number|null);

                    /** Stop peer */
                    peer?: (shoal.circuit.v1.Peer.$Properties|null);

                    /** Stop limit */
                    limit?: (shoal.circuit.v1.Limit.$Properties|null);

                    /** Stop status */
                    status?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Stop. */
                type $Shape = shoal.circuit.v1.Stop.$Properties;
            }

            /**
             * Properties of a Peer.
             * @deprecated Use shoal.circuit.v1.Peer.$Properties instead.
             */
            interface IPeer extends shoal.circuit.v1.Peer.$Properties {
            }

            /** Represents a Peer. */
            class Peer {

                /**
                 * Constructs a new Peer.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.circuit.v1.Peer.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Peer id. */
                id: Uint8Array;

                /**
                 * Creates a new Peer instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Peer instance
                 */
                static create(properties: shoal.circuit.v1.Peer.$Shape): shoal.circuit.v1.Peer & shoal.circuit.v1.Peer.$Shape;
                static create(properties?: shoal.circuit.v1.Peer.$Properties): shoal.circuit.v1.Peer;

                /**
                 * Encodes the specified Peer message. Does not implicitly {@link shoal.circuit.v1.Peer.verify|verify} messages.
                 * @param message Peer message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.circuit.v1.Peer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Peer message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.circuit.v1.Peer & shoal.circuit.v1.Peer.$Shape} Peer
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.circuit.v1.Peer & shoal.circuit.v1.Peer.$Shape;
            }

            namespace Peer {

                /** Properties of a Peer. */
                interface $Properties {

                    /** Peer id */
                    id?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Peer. */
                type $Shape = shoal.circuit.v1.Peer.$Properties;
            }
        }
    }

    /** Namespace content. */
    namespace content {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Request.
             * @deprecated Use shoal.content.v1.Request.$Properties instead.
             */
            interface IRequest extends shoal.content.v1.Request.$Properties {
            }

            /** Represents a Request. */
            class Request {

                /**
                 * Constructs a new Request.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.content.v1.Request.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Request release. */
                release: Uint8Array;

                /** Request target. */
                target: number;

                /** Request manifest. */
                manifest?: (shoal.content.v1.Manifest.$Properties|null);

                /** Request chunks. */
                chunks?: (shoal.content.v1.Chunks.$Properties|null);

                /** Request chunk. */
                chunk?: (shoal.content.v1.Chunk.$Properties|null);

                /** Request body. */
                body?: ("manifest"|"chunks"|"chunk");

                /**
                 * Creates a new Request instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Request instance
                 */
                static create(properties: shoal.content.v1.Request.$Shape): shoal.content.v1.Request & shoal.content.v1.Request.$Shape;
                static create(properties?: shoal.content.v1.Request.$Properties): shoal.content.v1.Request;

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.content.v1.Request.verify|verify} messages.
                 * @param message Request message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.content.v1.Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Request & shoal.content.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.content.v1.Request & shoal.content.v1.Request.$Shape;
            }

            namespace Request {

                /** Properties of a Request. */
                interface $Properties {

                    /** Request release */
                    release?: (Uint8Array|null);

                    /** Request target */
                    target?: (number|null);

                    /** Request manifest */
                    manifest?: (shoal.content.v1.Manifest.$Properties|null);

                    /** Request chunks */
                    chunks?: (shoal.content.v1.Chunks.$Properties|null);

                    /** Request chunk */
                    chunk?: (shoal.content.v1.Chunk.$Properties|null);

                    /** Request body */
                    body?: ("manifest"|"chunks"|"chunk");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Request. */
                type $Shape = {
                  release?: Uint8Array|null;
                  target?: number|null;
                  manifest?: shoal.content.v1.Manifest.$Shape|null;
                  chunks?: shoal.content.v1.Chunks.$Shape|null;
                  chunk?: shoal.content.v1.Chunk.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ body?: undefined; manifest?: null; chunks?: null; chunk?: null }|{ body?: "manifest"; manifest: shoal.content.v1.Manifest.$Shape; chunks?: null; chunk?: null }|{ body?: "chunks"; manifest?: null; chunks: shoal.content.v1.Chunks.$Shape; chunk?: null }|{ body?: "chunk"; manifest?: null; chunks?: null; chunk: shoal.content.v1.Chunk.$Shape })
                );
            }

            /**
             * Properties of a Manifest.
             * @deprecated Use shoal.content.v1.Manifest.$Properties instead.
             */
            interface IManifest extends shoal.content.v1.Manifest.$Properties {
            }

            /** Represents a Manifest. */
            class Manifest {

                /**
                 * Constructs a new Manifest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.content.v1.Manifest.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Manifest offset. */
                offset: (number|Long);

                /**
                 * Creates a new Manifest instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Manifest instance
                 */
                static create(properties: shoal.content.v1.Manifest.$Shape): shoal.content.v1.Manifest & shoal.content.v1.Manifest.$Shape;
                static create(properties?: shoal.content.v1.Manifest.$Properties): shoal.content.v1.Manifest;

                /**
                 * Encodes the specified Manifest message. Does not implicitly {@link shoal.content.v1.Manifest.verify|verify} messages.
                 * @param message Manifest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.content.v1.Manifest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Manifest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Manifest & shoal.content.v1.Manifest.$Shape} Manifest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.content.v1.Manifest & shoal.content.v1.Manifest.$Shape;
            }

            namespace Manifest {

                /** Properties of a Manifest. */
                interface $Properties {

                    /** Manifest offset */
                    offset?: (number|Long|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Manifest. */
                type $Shape = shoal.content.v1.Manifest.$Properties;
            }

            /**
             * Properties of a Chunks.
             * @deprecated Use shoal.content.v1.Chunks.$Properties instead.
             */
            interface IChunks extends shoal.content.v1.Chunks.$Properties {
            }

            /** Represents a Chunks. */
            class Chunks {

                /**
                 * Constructs a new Chunks.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.content.v1.Chunks.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Chunks first. */
                first: number;

                /** Chunks count. */
                count: number;

                /**
                 * Creates a new Chunks instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Chunks instance
                 */
                static create(properties: shoal.content.v1.Chunks.$Shape): shoal.content.v1.Chunks & shoal.content.v1.Chunks.$Shape;
                static create(properties?: shoal.content.v1.Chunks.$Properties): shoal.content.v1.Chunks;

                /**
                 * Encodes the specified Chunks message. Does not implicitly {@link shoal.content.v1.Chunks.verify|verify} messages.
                 * @param message Chunks message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.content.v1.Chunks.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Chunks message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Chunks & shoal.content.v1.Chunks.$Shape} Chunks
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.content.v1.Chunks & shoal.content.v1.Chunks.$Shape;
            }

            namespace Chunks {

                /** Properties of a Chunks. */
                interface $Properties {

                    /** Chunks first */
                    first?: (number|null);

                    /** Chunks count */
                    count?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Chunks. */
                type $Shape = shoal.content.v1.Chunks.$Properties;
            }

            /**
             * Properties of a Chunk.
             * @deprecated Use shoal.content.v1.Chunk.$Properties instead.
             */
            interface IChunk extends shoal.content.v1.Chunk.$Properties {
            }

            /** Represents a Chunk. */
            class Chunk {

                /**
                 * Constructs a new Chunk.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.content.v1.Chunk.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Chunk entry. */
                entry: number;

                /** Chunk index. */
                index: number;

                /**
                 * Creates a new Chunk instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Chunk instance
                 */
                static create(properties: shoal.content.v1.Chunk.$Shape): shoal.content.v1.Chunk & shoal.content.v1.Chunk.$Shape;
                static create(properties?: shoal.content.v1.Chunk.$Properties): shoal.content.v1.Chunk;

                /**
                 * Encodes the specified Chunk message. Does not implicitly {@link shoal.content.v1.Chunk.verify|verify} messages.
                 * @param message Chunk message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.content.v1.Chunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Chunk message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Chunk & shoal.content.v1.Chunk.$Shape} Chunk
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.content.v1.Chunk & shoal.content.v1.Chunk.$Shape;
            }

            namespace Chunk {

                /** Properties of a Chunk. */
                interface $Properties {

                    /** Chunk entry */
                    entry?: (number|null);

                    /** Chunk index */
                    index?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Chunk. */
                type $Shape = shoal.content.v1.Chunk.$Properties;
            }

            /**
             * Properties of a Response.
             * @deprecated Use shoal.content.v1.Response.$Properties instead.
             */
            interface IResponse extends shoal.content.v1.Response.$Properties {
            }

            /** Represents a Response. */
            class Response {

                /**
                 * Constructs a new Response.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.content.v1.Response.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Response status. */
                status: shoal.content.v1.Response.Status;

                /** Response data. */
                data: Uint8Array;

                /** Response more. */
                more: boolean;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Response instance
                 */
                static create(properties: shoal.content.v1.Response.$Shape): shoal.content.v1.Response & shoal.content.v1.Response.$Shape;
                static create(properties?: shoal.content.v1.Response.$Properties): shoal.content.v1.Response;

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.content.v1.Response.verify|verify} messages.
                 * @param message Response message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.content.v1.Response.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Response & shoal.content.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.content.v1.Response & shoal.content.v1.Response.$Shape;
            }

            namespace Response {

                /** Properties of a Response. */
                interface $Properties {

                    /** Response status */
                    status?: (shoal.content.v1.Response.Status|null);

                    /** Response data */
                    data?: (Uint8Array|null);

                    /** Response more */
                    more?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Response. */
                type $Shape = shoal.content.v1.Response.$Properties;

                /** Status enum. */
                enum Status {

                    /** STATUS_UNSPECIFIED value */
                    STATUS_UNSPECIFIED = 0,

                    /** STATUS_OK value */
                    STATUS_OK = 1,

                    /** STATUS_NOT_FOUND value */
                    STATUS_NOT_FOUND = 2,

                    /** STATUS_REFUSED value */
                    STATUS_REFUSED = 3,

                    /** STATUS_BUSY value */
                    STATUS_BUSY = 4
                }
            }
        }
    }

    /** Namespace dcutr. */
    namespace dcutr {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a HolePunch.
             * @deprecated Use shoal.dcutr.v1.HolePunch.$Properties instead.
             */
            interface IHolePunch extends shoal.dcutr.v1.HolePunch.$Properties {
            }

            /** Represents a HolePunch. */
            class HolePunch {

                /**
                 * Constructs a new HolePunch.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.dcutr.v1.HolePunch.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** HolePunch type. */
                type: shoal.dcutr.v1.HolePunch.Type;

                /** HolePunch obsAddrs. */
                obsAddrs: Uint8Array[];

                /** HolePunch member. */
                member?: (shoal.dcutr.v1.Member.$Properties|null);

                /**
                 * Creates a new HolePunch instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns HolePunch instance
                 */
                static create(properties: shoal.dcutr.v1.HolePunch.$Shape): shoal.dcutr.v1.HolePunch & shoal.dcutr.v1.HolePunch.$Shape;
                static create(properties?: shoal.dcutr.v1.HolePunch.$Properties): shoal.dcutr.v1.HolePunch;

                /**
                 * Encodes the specified HolePunch message. Does not implicitly {@link shoal.dcutr.v1.HolePunch.verify|verify} messages.
                 * @param message HolePunch message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.dcutr.v1.HolePunch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a HolePunch message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.dcutr.v1.HolePunch & shoal.dcutr.v1.HolePunch.$Shape} HolePunch
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.dcutr.v1.HolePunch & shoal.dcutr.v1.HolePunch.$Shape;
            }

            namespace HolePunch {

                /** Properties of a HolePunch. */
                interface $Properties {

                    /** HolePunch type */
                    type: shoal.dcutr.v1.HolePunch.Type;

                    /** HolePunch obsAddrs */
                    obsAddrs?: (Uint8Array[]|null);

                    /** HolePunch member */
                    member?: (shoal.dcutr.v1.Member.$Properties|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a HolePunch. */
                type $Shape = shoal.dcutr.v1.HolePunch.$Properties;

                /** Type enum. */
                enum Type {

                    /** CONNECT value */
                    CONNECT = 100,

                    /** SYNC value */
                    SYNC = 300
                }
            }

            /**
             * Properties of a Member.
             * @deprecated Use shoal.dcutr.v1.Member.$Properties instead.
             */
            interface IMember extends shoal.dcutr.v1.Member.$Properties {
            }

            /** Represents a Member. */
            class Member {

                /**
                 * Constructs a new Member.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.dcutr.v1.Member.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Member version. */
                version: number;

                /** Member punchId. */
                punchId: Uint8Array;

                /** Member key. */
                key: Uint8Array;

                /** Member nat. */
                nat?: (shoal.dcutr.v1.Nat.$Properties|null);

                /** Member lan. */
                lan: Uint8Array[];

                /** Member attempt. */
                attempt: number;

                /** Member maySearch. */
                maySearch: boolean;

                /** Member plan. */
                plan?: (shoal.dcutr.v1.Plan.$Properties|null);

                /** Member mayPairBlocks. */
                mayPairBlocks: boolean;

                /**
                 * Creates a new Member instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Member instance
                 */
                static create(properties: shoal.dcutr.v1.Member.$Shape): shoal.dcutr.v1.Member & shoal.dcutr.v1.Member.$Shape;
                static create(properties?: shoal.dcutr.v1.Member.$Properties): shoal.dcutr.v1.Member;

                /**
                 * Encodes the specified Member message. Does not implicitly {@link shoal.dcutr.v1.Member.verify|verify} messages.
                 * @param message Member message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.dcutr.v1.Member.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Member message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.dcutr.v1.Member & shoal.dcutr.v1.Member.$Shape} Member
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.dcutr.v1.Member & shoal.dcutr.v1.Member.$Shape;
            }

            namespace Member {

                /** Properties of a Member. */
                interface $Properties {

                    /** Member version */
                    version?: (number|null);

                    /** Member punchId */
                    punchId?: (Uint8Array|null);

                    /** Member key */
                    key?: (Uint8Array|null);

                    /** Member nat */
                    nat?: (shoal.dcutr.v1.Nat.$Properties|null);

                    /** Member lan */
                    lan?: (Uint8Array[]|null);

                    /** Member attempt */
                    attempt?: (number|null);

                    /** Member maySearch */
                    maySearch?: (boolean|null);

                    /** Member plan */
                    plan?: (shoal.dcutr.v1.Plan.$Properties|null);

                    /** Member mayPairBlocks */
                    mayPairBlocks?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Member. */
                type $Shape = shoal.dcutr.v1.Member.$Properties;
            }

            /**
             * Properties of a Nat.
             * @deprecated Use shoal.dcutr.v1.Nat.$Properties instead.
             */
            interface INat extends shoal.dcutr.v1.Nat.$Properties {
            }

            /** Represents a Nat. */
            class Nat {

                /**
                 * Constructs a new Nat.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.dcutr.v1.Nat.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Nat name. */
                name: number;

                /** Nat mapping. */
                mapping: number;

                /** Nat filtering. */
                filtering: number;

                /** Nat ports. */
                ports: number;

                /** Nat portMin. */
                portMin: number;

                /** Nat portMax. */
                portMax: number;

                /** Nat portDelta. */
                portDelta: number;

                /** Nat lifetimeMs. */
                lifetimeMs: number;

                /** Nat mapped. */
                mapped: boolean;

                /**
                 * Creates a new Nat instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Nat instance
                 */
                static create(properties: shoal.dcutr.v1.Nat.$Shape): shoal.dcutr.v1.Nat & shoal.dcutr.v1.Nat.$Shape;
                static create(properties?: shoal.dcutr.v1.Nat.$Properties): shoal.dcutr.v1.Nat;

                /**
                 * Encodes the specified Nat message. Does not implicitly {@link shoal.dcutr.v1.Nat.verify|verify} messages.
                 * @param message Nat message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.dcutr.v1.Nat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Nat message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.dcutr.v1.Nat & shoal.dcutr.v1.Nat.$Shape} Nat
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.dcutr.v1.Nat & shoal.dcutr.v1.Nat.$Shape;
            }

            namespace Nat {

                /** Properties of a Nat. */
                interface $Properties {

                    /** Nat name */
                    name?: (number|null);

                    /** Nat mapping */
                    mapping?: (number|null);

                    /** Nat filtering */
                    filtering?: (number|null);

                    /** Nat ports */
                    ports?: (number|null);

                    /** Nat portMin */
                    portMin?: (number|null);

                    /** Nat portMax */
                    portMax?: (number|null);

                    /** Nat portDelta */
                    portDelta?: (number|null);

                    /** Nat lifetimeMs */
                    lifetimeMs?: (number|null);

                    /** Nat mapped */
                    mapped?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Nat. */
                type $Shape = shoal.dcutr.v1.Nat.$Properties;
            }

            /**
             * Properties of a Plan.
             * @deprecated Use shoal.dcutr.v1.Plan.$Properties instead.
             */
            interface IPlan extends shoal.dcutr.v1.Plan.$Properties {
            }

            /** Represents a Plan. */
            class Plan {

                /**
                 * Constructs a new Plan.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.dcutr.v1.Plan.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Plan method. */
                method: number;

                /** Plan responderDials. */
                responderDials: boolean;

                /** Plan reason. */
                reason: number;

                /**
                 * Creates a new Plan instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Plan instance
                 */
                static create(properties: shoal.dcutr.v1.Plan.$Shape): shoal.dcutr.v1.Plan & shoal.dcutr.v1.Plan.$Shape;
                static create(properties?: shoal.dcutr.v1.Plan.$Properties): shoal.dcutr.v1.Plan;

                /**
                 * Encodes the specified Plan message. Does not implicitly {@link shoal.dcutr.v1.Plan.verify|verify} messages.
                 * @param message Plan message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.dcutr.v1.Plan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Plan message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.dcutr.v1.Plan & shoal.dcutr.v1.Plan.$Shape} Plan
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.dcutr.v1.Plan & shoal.dcutr.v1.Plan.$Shape;
            }

            namespace Plan {

                /** Properties of a Plan. */
                interface $Properties {

                    /** Plan method */
                    method?: (number|null);

                    /** Plan responderDials */
                    responderDials?: (boolean|null);

                    /** Plan reason */
                    reason?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Plan. */
                type $Shape = shoal.dcutr.v1.Plan.$Properties;
            }
        }
    }

    /** Namespace enrol. */
    namespace enrol {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Request.
             * @deprecated Use shoal.enrol.v1.Request.$Properties instead.
             */
            interface IRequest extends shoal.enrol.v1.Request.$Properties {
            }

            /** Represents a Request. */
            class Request {

                /**
                 * Constructs a new Request.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.enrol.v1.Request.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Request membership. */
                membership: Uint8Array;

                /**
                 * Creates a new Request instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Request instance
                 */
                static create(properties: shoal.enrol.v1.Request.$Shape): shoal.enrol.v1.Request & shoal.enrol.v1.Request.$Shape;
                static create(properties?: shoal.enrol.v1.Request.$Properties): shoal.enrol.v1.Request;

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.enrol.v1.Request.verify|verify} messages.
                 * @param message Request message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.enrol.v1.Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.enrol.v1.Request & shoal.enrol.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.enrol.v1.Request & shoal.enrol.v1.Request.$Shape;
            }

            namespace Request {

                /** Properties of a Request. */
                interface $Properties {

                    /** Request membership */
                    membership?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Request. */
                type $Shape = shoal.enrol.v1.Request.$Properties;
            }

            /**
             * Properties of a Response.
             * @deprecated Use shoal.enrol.v1.Response.$Properties instead.
             */
            interface IResponse extends shoal.enrol.v1.Response.$Properties {
            }

            /** Represents a Response. */
            class Response {

                /**
                 * Constructs a new Response.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.enrol.v1.Response.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Response status. */
                status: shoal.enrol.v1.Response.Status;

                /** Response membership. */
                membership: Uint8Array;

                /** Response coordinator. */
                coordinator: Uint8Array;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Response instance
                 */
                static create(properties: shoal.enrol.v1.Response.$Shape): shoal.enrol.v1.Response & shoal.enrol.v1.Response.$Shape;
                static create(properties?: shoal.enrol.v1.Response.$Properties): shoal.enrol.v1.Response;

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.enrol.v1.Response.verify|verify} messages.
                 * @param message Response message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.enrol.v1.Response.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.enrol.v1.Response & shoal.enrol.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.enrol.v1.Response & shoal.enrol.v1.Response.$Shape;
            }

            namespace Response {

                /** Properties of a Response. */
                interface $Properties {

                    /** Response status */
                    status?: (shoal.enrol.v1.Response.Status|null);

                    /** Response membership */
                    membership?: (Uint8Array|null);

                    /** Response coordinator */
                    coordinator?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Response. */
                type $Shape = shoal.enrol.v1.Response.$Properties;

                /** Status enum. */
                enum Status {

                    /** STATUS_UNSPECIFIED value */
                    STATUS_UNSPECIFIED = 0,

                    /** STATUS_OK value */
                    STATUS_OK = 1,

                    /** STATUS_TICKET_EXPIRED value */
                    STATUS_TICKET_EXPIRED = 2,

                    /** STATUS_TICKET_USED_UP value */
                    STATUS_TICKET_USED_UP = 3,

                    /** STATUS_TICKET_REVOKED value */
                    STATUS_TICKET_REVOKED = 4,

                    /** STATUS_FOREIGN_FLEET value */
                    STATUS_FOREIGN_FLEET = 5,

                    /** STATUS_NAME_TAKEN value */
                    STATUS_NAME_TAKEN = 6,

                    /** STATUS_REFUSED value */
                    STATUS_REFUSED = 7,

                    /** STATUS_BUSY value */
                    STATUS_BUSY = 8
                }
            }
        }
    }

    /** Namespace hello. */
    namespace hello {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Request.
             * @deprecated Use shoal.hello.v1.Request.$Properties instead.
             */
            interface IRequest extends shoal.hello.v1.Request.$Properties {
            }

            /** Represents a Request. */
            class Request {

                /**
                 * Constructs a new Request.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.hello.v1.Request.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Request membership. */
                membership: Uint8Array;

                /** Request revocations. */
                revocations: number;

                /** Request fleet. */
                fleet: string;

                /** Request addresses. */
                addresses: number;

                /**
                 * Creates a new Request instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Request instance
                 */
                static create(properties: shoal.hello.v1.Request.$Shape): shoal.hello.v1.Request & shoal.hello.v1.Request.$Shape;
                static create(properties?: shoal.hello.v1.Request.$Properties): shoal.hello.v1.Request;

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.hello.v1.Request.verify|verify} messages.
                 * @param message Request message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.hello.v1.Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.hello.v1.Request & shoal.hello.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.hello.v1.Request & shoal.hello.v1.Request.$Shape;
            }

            namespace Request {

                /** Properties of a Request. */
                interface $Properties {

                    /** Request membership */
                    membership?: (Uint8Array|null);

                    /** Request revocations */
                    revocations?: (number|null);

                    /** Request fleet */
                    fleet?: (string|null);

                    /** Request addresses */
                    addresses?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Request. */
                type $Shape = shoal.hello.v1.Request.$Properties;
            }

            /**
             * Properties of a Response.
             * @deprecated Use shoal.hello.v1.Response.$Properties instead.
             */
            interface IResponse extends shoal.hello.v1.Response.$Properties {
            }

            /** Represents a Response. */
            class Response {

                /**
                 * Constructs a new Response.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.hello.v1.Response.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Response status. */
                status: shoal.hello.v1.Response.Status;

                /** Response membership. */
                membership: Uint8Array;

                /** Response revocationList. */
                revocationList: Uint8Array;

                /** Response addresses. */
                addresses: number;

                /** Response addressRecord. */
                addressRecord: Uint8Array;

                /** Response revocations. */
                revocations: number;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Response instance
                 */
                static create(properties: shoal.hello.v1.Response.$Shape): shoal.hello.v1.Response & shoal.hello.v1.Response.$Shape;
                static create(properties?: shoal.hello.v1.Response.$Properties): shoal.hello.v1.Response;

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.hello.v1.Response.verify|verify} messages.
                 * @param message Response message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.hello.v1.Response.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.hello.v1.Response & shoal.hello.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.hello.v1.Response & shoal.hello.v1.Response.$Shape;
            }

            namespace Response {

                /** Properties of a Response. */
                interface $Properties {

                    /** Response status */
                    status?: (shoal.hello.v1.Response.Status|null);

                    /** Response membership */
                    membership?: (Uint8Array|null);

                    /** Response revocationList */
                    revocationList?: (Uint8Array|null);

                    /** Response addresses */
                    addresses?: (number|null);

                    /** Response addressRecord */
                    addressRecord?: (Uint8Array|null);

                    /** Response revocations */
                    revocations?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Response. */
                type $Shape = shoal.hello.v1.Response.$Properties;

                /** Status enum. */
                enum Status {

                    /** STATUS_UNSPECIFIED value */
                    STATUS_UNSPECIFIED = 0,

                    /** STATUS_OK value */
                    STATUS_OK = 1,

                    /** STATUS_NOT_ENROLLED value */
                    STATUS_NOT_ENROLLED = 2,

                    /** STATUS_FOREIGN_FLEET value */
                    STATUS_FOREIGN_FLEET = 3,

                    /** STATUS_REVOKED value */
                    STATUS_REVOKED = 4,

                    /** STATUS_EXPIRED value */
                    STATUS_EXPIRED = 5,

                    /** STATUS_REFUSED value */
                    STATUS_REFUSED = 6
                }
            }
        }
    }

    /** Namespace observe. */
    namespace observe {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Request.
             * @deprecated Use shoal.observe.v1.Request.$Properties instead.
             */
            interface IRequest extends shoal.observe.v1.Request.$Properties {
            }

            /** Represents a Request. */
            class Request {

                /**
                 * Constructs a new Request.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.observe.v1.Request.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Request testPort. */
                testPort: number;

                /** Request testAsStranger. */
                testAsStranger: boolean;

                /**
                 * Creates a new Request instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Request instance
                 */
                static create(properties: shoal.observe.v1.Request.$Shape): shoal.observe.v1.Request & shoal.observe.v1.Request.$Shape;
                static create(properties?: shoal.observe.v1.Request.$Properties): shoal.observe.v1.Request;

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.observe.v1.Request.verify|verify} messages.
                 * @param message Request message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.observe.v1.Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.observe.v1.Request & shoal.observe.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.observe.v1.Request & shoal.observe.v1.Request.$Shape;
            }

            namespace Request {

                /** Properties of a Request. */
                interface $Properties {

                    /** Request testPort */
                    testPort?: (number|null);

                    /** Request testAsStranger */
                    testAsStranger?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Request. */
                type $Shape = shoal.observe.v1.Request.$Properties;
            }

            /**
             * Properties of a Response.
             * @deprecated Use shoal.observe.v1.Response.$Properties instead.
             */
            interface IResponse extends shoal.observe.v1.Response.$Properties {
            }

            /** Represents a Response. */
            class Response {

                /**
                 * Constructs a new Response.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.observe.v1.Response.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Response address. */
                address: Uint8Array;

                /** Response session. */
                session: Uint8Array;

                /** Response key. */
                key: Uint8Array;

                /** Response endpoints. */
                endpoints: shoal.observe.v1.Endpoint.$Properties[];

                /** Response tested. */
                tested: boolean;

                /** Response count. */
                count: number;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Response instance
                 */
                static create(properties: shoal.observe.v1.Response.$Shape): shoal.observe.v1.Response & shoal.observe.v1.Response.$Shape;
                static create(properties?: shoal.observe.v1.Response.$Properties): shoal.observe.v1.Response;

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.observe.v1.Response.verify|verify} messages.
                 * @param message Response message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.observe.v1.Response.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.observe.v1.Response & shoal.observe.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.observe.v1.Response & shoal.observe.v1.Response.$Shape;
            }

            namespace Response {

                /** Properties of a Response. */
                interface $Properties {

                    /** Response address */
                    address?: (Uint8Array|null);

                    /** Response session */
                    session?: (Uint8Array|null);

                    /** Response key */
                    key?: (Uint8Array|null);

                    /** Response endpoints */
                    endpoints?: (shoal.observe.v1.Endpoint.$Properties[]|null);

                    /** Response tested */
                    tested?: (boolean|null);

                    /** Response count */
                    count?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Response. */
                type $Shape = shoal.observe.v1.Response.$Properties;
            }

            /**
             * Properties of an Endpoint.
             * @deprecated Use shoal.observe.v1.Endpoint.$Properties instead.
             */
            interface IEndpoint extends shoal.observe.v1.Endpoint.$Properties {
            }

            /** Represents an Endpoint. */
            class Endpoint {

                /**
                 * Constructs a new Endpoint.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.observe.v1.Endpoint.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Endpoint ip. */
                ip: Uint8Array;

                /** Endpoint port. */
                port: number;

                /** Endpoint otherPort. */
                otherPort: number;

                /**
                 * Creates a new Endpoint instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Endpoint instance
                 */
                static create(properties: shoal.observe.v1.Endpoint.$Shape): shoal.observe.v1.Endpoint & shoal.observe.v1.Endpoint.$Shape;
                static create(properties?: shoal.observe.v1.Endpoint.$Properties): shoal.observe.v1.Endpoint;

                /**
                 * Encodes the specified Endpoint message. Does not implicitly {@link shoal.observe.v1.Endpoint.verify|verify} messages.
                 * @param message Endpoint message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.observe.v1.Endpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Endpoint message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.observe.v1.Endpoint & shoal.observe.v1.Endpoint.$Shape} Endpoint
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.observe.v1.Endpoint & shoal.observe.v1.Endpoint.$Shape;
            }

            namespace Endpoint {

                /** Properties of an Endpoint. */
                interface $Properties {

                    /** Endpoint ip */
                    ip?: (Uint8Array|null);

                    /** Endpoint port */
                    port?: (number|null);

                    /** Endpoint otherPort */
                    otherPort?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Endpoint. */
                type $Shape = shoal.observe.v1.Endpoint.$Properties;
            }
        }
    }

    /** Namespace offer. */
    namespace offer {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Request.
             * @deprecated Use shoal.offer.v1.Request.$Properties instead.
             */
            interface IRequest extends shoal.offer.v1.Request.$Properties {
            }

            /** Represents a Request. */
            class Request {

                /**
                 * Constructs a new Request.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.offer.v1.Request.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Request offer. */
                offer?: (shoal.offer.v1.Bundle.$Properties|null);

                /** Request cancel. */
                cancel?: (string|null);

                /** Request body. */
                body?: ("offer"|"cancel");

                /**
                 * Creates a new Request instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Request instance
                 */
                static create(properties: shoal.offer.v1.Request.$Shape): shoal.offer.v1.Request & shoal.offer.v1.Request.$Shape;
                static create(properties?: shoal.offer.v1.Request.$Properties): shoal.offer.v1.Request;

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.offer.v1.Request.verify|verify} messages.
                 * @param message Request message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.offer.v1.Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.offer.v1.Request & shoal.offer.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.offer.v1.Request & shoal.offer.v1.Request.$Shape;
            }

            namespace Request {

                /** Properties of a Request. */
                interface $Properties {

                    /** Request offer */
                    offer?: (shoal.offer.v1.Bundle.$Properties|null);

                    /** Request cancel */
                    cancel?: (string|null);

                    /** Request body */
                    body?: ("offer"|"cancel");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Request. */
                type $Shape = {
                  offer?: shoal.offer.v1.Bundle.$Shape|null;
                  cancel?: string|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ body?: undefined; offer?: null; cancel?: null }|{ body?: "offer"; offer: shoal.offer.v1.Bundle.$Shape; cancel?: null }|{ body?: "cancel"; offer?: null; cancel: string })
                );
            }

            /**
             * Properties of a Bundle.
             * @deprecated Use shoal.offer.v1.Bundle.$Properties instead.
             */
            interface IBundle extends shoal.offer.v1.Bundle.$Properties {
            }

            /** Represents a Bundle. */
            class Bundle {

                /**
                 * Constructs a new Bundle.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.offer.v1.Bundle.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Bundle offer. */
                offer: Uint8Array;

                /** Bundle release. */
                release: Uint8Array;

                /** Bundle logProof. */
                logProof: Uint8Array;

                /**
                 * Creates a new Bundle instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Bundle instance
                 */
                static create(properties: shoal.offer.v1.Bundle.$Shape): shoal.offer.v1.Bundle & shoal.offer.v1.Bundle.$Shape;
                static create(properties?: shoal.offer.v1.Bundle.$Properties): shoal.offer.v1.Bundle;

                /**
                 * Encodes the specified Bundle message. Does not implicitly {@link shoal.offer.v1.Bundle.verify|verify} messages.
                 * @param message Bundle message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.offer.v1.Bundle.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Bundle message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.offer.v1.Bundle & shoal.offer.v1.Bundle.$Shape} Bundle
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.offer.v1.Bundle & shoal.offer.v1.Bundle.$Shape;
            }

            namespace Bundle {

                /** Properties of a Bundle. */
                interface $Properties {

                    /** Bundle offer */
                    offer?: (Uint8Array|null);

                    /** Bundle release */
                    release?: (Uint8Array|null);

                    /** Bundle logProof */
                    logProof?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Bundle. */
                type $Shape = shoal.offer.v1.Bundle.$Properties;
            }

            /**
             * Properties of a Response.
             * @deprecated Use shoal.offer.v1.Response.$Properties instead.
             */
            interface IResponse extends shoal.offer.v1.Response.$Properties {
            }

            /** Represents a Response. */
            class Response {

                /**
                 * Constructs a new Response.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.offer.v1.Response.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Response status. */
                status: shoal.offer.v1.Response.Status;

                /** Response code. */
                code: string;

                /** Response retrySeconds. */
                retrySeconds: number;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Response instance
                 */
                static create(properties: shoal.offer.v1.Response.$Shape): shoal.offer.v1.Response & shoal.offer.v1.Response.$Shape;
                static create(properties?: shoal.offer.v1.Response.$Properties): shoal.offer.v1.Response;

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.offer.v1.Response.verify|verify} messages.
                 * @param message Response message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.offer.v1.Response.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.offer.v1.Response & shoal.offer.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.offer.v1.Response & shoal.offer.v1.Response.$Shape;
            }

            namespace Response {

                /** Properties of a Response. */
                interface $Properties {

                    /** Response status */
                    status?: (shoal.offer.v1.Response.Status|null);

                    /** Response code */
                    code?: (string|null);

                    /** Response retrySeconds */
                    retrySeconds?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Response. */
                type $Shape = shoal.offer.v1.Response.$Properties;

                /** Status enum. */
                enum Status {

                    /** STATUS_UNSPECIFIED value */
                    STATUS_UNSPECIFIED = 0,

                    /** STATUS_ACCEPTED value */
                    STATUS_ACCEPTED = 1,

                    /** STATUS_REFUSED value */
                    STATUS_REFUSED = 2,

                    /** STATUS_BUSY value */
                    STATUS_BUSY = 3,

                    /** STATUS_CANCELLED value */
                    STATUS_CANCELLED = 4,

                    /** STATUS_TOO_LATE value */
                    STATUS_TOO_LATE = 5,

                    /** STATUS_DEFERRED value */
                    STATUS_DEFERRED = 6
                }
            }
        }
    }

    /** Namespace status. */
    namespace status {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a DeviceFrame.
             * @deprecated Use shoal.status.v1.DeviceFrame.$Properties instead.
             */
            interface IDeviceFrame extends shoal.status.v1.DeviceFrame.$Properties {
            }

            /** Represents a DeviceFrame. */
            class DeviceFrame {

                /**
                 * Constructs a new DeviceFrame.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.DeviceFrame.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** DeviceFrame report. */
                report?: (shoal.status.v1.Report.$Properties|null);

                /** DeviceFrame heartbeat. */
                heartbeat?: (shoal.status.v1.Heartbeat.$Properties|null);

                /** DeviceFrame log. */
                log?: (shoal.status.v1.Log.$Properties|null);

                /** DeviceFrame body. */
                body?: ("report"|"heartbeat"|"log");

                /**
                 * Creates a new DeviceFrame instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns DeviceFrame instance
                 */
                static create(properties: shoal.status.v1.DeviceFrame.$Shape): shoal.status.v1.DeviceFrame & shoal.status.v1.DeviceFrame.$Shape;
                static create(properties?: shoal.status.v1.DeviceFrame.$Properties): shoal.status.v1.DeviceFrame;

                /**
                 * Encodes the specified DeviceFrame message. Does not implicitly {@link shoal.status.v1.DeviceFrame.verify|verify} messages.
                 * @param message DeviceFrame message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.DeviceFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a DeviceFrame message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.DeviceFrame & shoal.status.v1.DeviceFrame.$Shape} DeviceFrame
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.DeviceFrame & shoal.status.v1.DeviceFrame.$Shape;
            }

            namespace DeviceFrame {

                /** Properties of a DeviceFrame. */
                interface $Properties {

                    /** DeviceFrame report */
                    report?: (shoal.status.v1.Report.$Properties|null);

                    /** DeviceFrame heartbeat */
                    heartbeat?: (shoal.status.v1.Heartbeat.$Properties|null);

                    /** DeviceFrame log */
                    log?: (shoal.status.v1.Log.$Properties|null);

                    /** DeviceFrame body */
                    body?: ("report"|"heartbeat"|"log");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a DeviceFrame. */
                type $Shape = {
                  report?: shoal.status.v1.Report.$Shape|null;
                  heartbeat?: shoal.status.v1.Heartbeat.$Shape|null;
                  log?: shoal.status.v1.Log.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ body?: undefined; report?: null; heartbeat?: null; log?: null }|{ body?: "report"; report: shoal.status.v1.Report.$Shape; heartbeat?: null; log?: null }|{ body?: "heartbeat"; report?: null; heartbeat: shoal.status.v1.Heartbeat.$Shape; log?: null }|{ body?: "log"; report?: null; heartbeat?: null; log: shoal.status.v1.Log.$Shape })
                );
            }

            /**
             * Properties of a Report.
             * @deprecated Use shoal.status.v1.Report.$Properties instead.
             */
            interface IReport extends shoal.status.v1.Report.$Properties {
            }

            /** Represents a Report. */
            class Report {

                /**
                 * Constructs a new Report.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Report.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Report seq. */
                seq: (number|Long);

                /** Report atMs. */
                atMs: (number|Long);

                /** Report full. */
                full: boolean;

                /** Report system. */
                system?: (string|null);

                /** Report running. */
                running?: (shoal.status.v1.Running.$Properties|null);

                /** Report state. */
                state?: (string|null);

                /** Report lastOutcome. */
                lastOutcome?: (string|null);

                /** Report progress. */
                progress?: (shoal.status.v1.Progress.$Properties|null);

                /** Report units. */
                units?: (shoal.status.v1.Units.$Properties|null);

                /** Report diskFreeBytes. */
                diskFreeBytes?: (number|Long|null);

                /** Report lastError. */
                lastError?: (shoal.status.v1.Failure.$Properties|null);

                /** Report activations. */
                activations: shoal.status.v1.Activation.$Properties[];

                /** Report heartbeatMs. */
                heartbeatMs?: (number|null);

                /**
                 * Creates a new Report instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Report instance
                 */
                static create(properties: shoal.status.v1.Report.$Shape): shoal.status.v1.Report & shoal.status.v1.Report.$Shape;
                static create(properties?: shoal.status.v1.Report.$Properties): shoal.status.v1.Report;

                /**
                 * Encodes the specified Report message. Does not implicitly {@link shoal.status.v1.Report.verify|verify} messages.
                 * @param message Report message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Report.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Report message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Report & shoal.status.v1.Report.$Shape} Report
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Report & shoal.status.v1.Report.$Shape;
            }

            namespace Report {

                /** Properties of a Report. */
                interface $Properties {

                    /** Report seq */
                    seq?: (number|Long|null);

                    /** Report atMs */
                    atMs?: (number|Long|null);

                    /** Report full */
                    full?: (boolean|null);

                    /** Report system */
                    system?: (string|null);

                    /** Report running */
                    running?: (shoal.status.v1.Running.$Properties|null);

                    /** Report state */
                    state?: (string|null);

                    /** Report lastOutcome */
                    lastOutcome?: (string|null);

                    /** Report progress */
                    progress?: (shoal.status.v1.Progress.$Properties|null);

                    /** Report units */
                    units?: (shoal.status.v1.Units.$Properties|null);

                    /** Report diskFreeBytes */
                    diskFreeBytes?: (number|Long|null);

                    /** Report lastError */
                    lastError?: (shoal.status.v1.Failure.$Properties|null);

                    /** Report activations */
                    activations?: (shoal.status.v1.Activation.$Properties[]|null);

                    /** Report heartbeatMs */
                    heartbeatMs?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Report. */
                type $Shape = shoal.status.v1.Report.$Properties;
            }

            /**
             * Properties of a Running.
             * @deprecated Use shoal.status.v1.Running.$Properties instead.
             */
            interface IRunning extends shoal.status.v1.Running.$Properties {
            }

            /** Represents a Running. */
            class Running {

                /**
                 * Constructs a new Running.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Running.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Running toplevel. */
                toplevel: string;

                /** Running generation. */
                generation: number;

                /** Running release. */
                release: string;

                /** Running version. */
                version: string;

                /** Running bootedKernel. */
                bootedKernel: string;

                /** Running kernelChanged. */
                kernelChanged: boolean;

                /** Running channel. */
                channel: string;

                /**
                 * Creates a new Running instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Running instance
                 */
                static create(properties: shoal.status.v1.Running.$Shape): shoal.status.v1.Running & shoal.status.v1.Running.$Shape;
                static create(properties?: shoal.status.v1.Running.$Properties): shoal.status.v1.Running;

                /**
                 * Encodes the specified Running message. Does not implicitly {@link shoal.status.v1.Running.verify|verify} messages.
                 * @param message Running message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Running.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Running message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Running & shoal.status.v1.Running.$Shape} Running
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Running & shoal.status.v1.Running.$Shape;
            }

            namespace Running {

                /** Properties of a Running. */
                interface $Properties {

                    /** Running toplevel */
                    toplevel?: (string|null);

                    /** Running generation */
                    generation?: (number|null);

                    /** Running release */
                    release?: (string|null);

                    /** Running version */
                    version?: (string|null);

                    /** Running bootedKernel */
                    bootedKernel?: (string|null);

                    /** Running kernelChanged */
                    kernelChanged?: (boolean|null);

                    /** Running channel */
                    channel?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Running. */
                type $Shape = shoal.status.v1.Running.$Properties;
            }

            /**
             * Properties of a Progress.
             * @deprecated Use shoal.status.v1.Progress.$Properties instead.
             */
            interface IProgress extends shoal.status.v1.Progress.$Properties {
            }

            /** Represents a Progress. */
            class Progress {

                /**
                 * Constructs a new Progress.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Progress.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Progress step. */
                step: string;

                /** Progress bytesDone. */
                bytesDone: (number|Long);

                /** Progress bytesTotal. */
                bytesTotal: (number|Long);

                /**
                 * Creates a new Progress instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Progress instance
                 */
                static create(properties: shoal.status.v1.Progress.$Shape): shoal.status.v1.Progress & shoal.status.v1.Progress.$Shape;
                static create(properties?: shoal.status.v1.Progress.$Properties): shoal.status.v1.Progress;

                /**
                 * Encodes the specified Progress message. Does not implicitly {@link shoal.status.v1.Progress.verify|verify} messages.
                 * @param message Progress message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Progress.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Progress message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Progress & shoal.status.v1.Progress.$Shape} Progress
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Progress & shoal.status.v1.Progress.$Shape;
            }

            namespace Progress {

                /** Properties of a Progress. */
                interface $Properties {

                    /** Progress step */
                    step?: (string|null);

                    /** Progress bytesDone */
                    bytesDone?: (number|Long|null);

                    /** Progress bytesTotal */
                    bytesTotal?: (number|Long|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Progress. */
                type $Shape = shoal.status.v1.Progress.$Properties;
            }

            /**
             * Properties of a Units.
             * @deprecated Use shoal.status.v1.Units.$Properties instead.
             */
            interface IUnits extends shoal.status.v1.Units.$Properties {
            }

            /** Represents a Units. */
            class Units {

                /**
                 * Constructs a new Units.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Units.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Units state. */
                state: string;

                /** Units failed. */
                failed: string[];

                /**
                 * Creates a new Units instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Units instance
                 */
                static create(properties: shoal.status.v1.Units.$Shape): shoal.status.v1.Units & shoal.status.v1.Units.$Shape;
                static create(properties?: shoal.status.v1.Units.$Properties): shoal.status.v1.Units;

                /**
                 * Encodes the specified Units message. Does not implicitly {@link shoal.status.v1.Units.verify|verify} messages.
                 * @param message Units message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Units.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Units message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Units & shoal.status.v1.Units.$Shape} Units
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Units & shoal.status.v1.Units.$Shape;
            }

            namespace Units {

                /** Properties of a Units. */
                interface $Properties {

                    /** Units state */
                    state?: (string|null);

                    /** Units failed */
                    failed?: (string[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Units. */
                type $Shape = shoal.status.v1.Units.$Properties;
            }

            /**
             * Properties of a Failure.
             * @deprecated Use shoal.status.v1.Failure.$Properties instead.
             */
            interface IFailure extends shoal.status.v1.Failure.$Properties {
            }

            /** Represents a Failure. */
            class Failure {

                /**
                 * Constructs a new Failure.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Failure.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Failure code. */
                code: string;

                /** Failure message. */
                message: string;

                /** Failure atMs. */
                atMs: (number|Long);

                /**
                 * Creates a new Failure instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Failure instance
                 */
                static create(properties: shoal.status.v1.Failure.$Shape): shoal.status.v1.Failure & shoal.status.v1.Failure.$Shape;
                static create(properties?: shoal.status.v1.Failure.$Properties): shoal.status.v1.Failure;

                /**
                 * Encodes the specified Failure message. Does not implicitly {@link shoal.status.v1.Failure.verify|verify} messages.
                 * @param message Failure message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Failure.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Failure message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Failure & shoal.status.v1.Failure.$Shape} Failure
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Failure & shoal.status.v1.Failure.$Shape;
            }

            namespace Failure {

                /** Properties of a Failure. */
                interface $Properties {

                    /** Failure code */
                    code?: (string|null);

                    /** Failure message */
                    message?: (string|null);

                    /** Failure atMs */
                    atMs?: (number|Long|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Failure. */
                type $Shape = shoal.status.v1.Failure.$Properties;
            }

            /**
             * Properties of an Activation.
             * @deprecated Use shoal.status.v1.Activation.$Properties instead.
             */
            interface IActivation extends shoal.status.v1.Activation.$Properties {
            }

            /** Represents an Activation. */
            class Activation {

                /**
                 * Constructs a new Activation.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Activation.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Activation rollout. */
                rollout: string;

                /** Activation release. */
                release: string;

                /** Activation step. */
                step: string;

                /** Activation outcome. */
                outcome: string;

                /** Activation error. */
                error?: (shoal.status.v1.Failure.$Properties|null);

                /** Activation bytesReceived. */
                bytesReceived: (number|Long);

                /** Activation startedAtMs. */
                startedAtMs: (number|Long);

                /** Activation endedAtMs. */
                endedAtMs: (number|Long);

                /** Activation generation. */
                generation: number;

                /** Activation steps. */
                steps: shoal.status.v1.StepEntry.$Properties[];

                /**
                 * Creates a new Activation instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Activation instance
                 */
                static create(properties: shoal.status.v1.Activation.$Shape): shoal.status.v1.Activation & shoal.status.v1.Activation.$Shape;
                static create(properties?: shoal.status.v1.Activation.$Properties): shoal.status.v1.Activation;

                /**
                 * Encodes the specified Activation message. Does not implicitly {@link shoal.status.v1.Activation.verify|verify} messages.
                 * @param message Activation message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Activation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Activation message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Activation & shoal.status.v1.Activation.$Shape} Activation
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Activation & shoal.status.v1.Activation.$Shape;
            }

            namespace Activation {

                /** Properties of an Activation. */
                interface $Properties {

                    /** Activation rollout */
                    rollout?: (string|null);

                    /** Activation release */
                    release?: (string|null);

                    /** Activation step */
                    step?: (string|null);

                    /** Activation outcome */
                    outcome?: (string|null);

                    /** Activation error */
                    error?: (shoal.status.v1.Failure.$Properties|null);

                    /** Activation bytesReceived */
                    bytesReceived?: (number|Long|null);

                    /** Activation startedAtMs */
                    startedAtMs?: (number|Long|null);

                    /** Activation endedAtMs */
                    endedAtMs?: (number|Long|null);

                    /** Activation generation */
                    generation?: (number|null);

                    /** Activation steps */
                    steps?: (shoal.status.v1.StepEntry.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Activation. */
                type $Shape = shoal.status.v1.Activation.$Properties;
            }

            /**
             * Properties of a StepEntry.
             * @deprecated Use shoal.status.v1.StepEntry.$Properties instead.
             */
            interface IStepEntry extends shoal.status.v1.StepEntry.$Properties {
            }

            /** Represents a StepEntry. */
            class StepEntry {

                /**
                 * Constructs a new StepEntry.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.StepEntry.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** StepEntry step. */
                step: string;

                /** StepEntry atMs. */
                atMs: (number|Long);

                /** StepEntry ms. */
                ms: (number|Long);

                /** StepEntry detail. */
                detail: string;

                /**
                 * Creates a new StepEntry instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns StepEntry instance
                 */
                static create(properties: shoal.status.v1.StepEntry.$Shape): shoal.status.v1.StepEntry & shoal.status.v1.StepEntry.$Shape;
                static create(properties?: shoal.status.v1.StepEntry.$Properties): shoal.status.v1.StepEntry;

                /**
                 * Encodes the specified StepEntry message. Does not implicitly {@link shoal.status.v1.StepEntry.verify|verify} messages.
                 * @param message StepEntry message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.StepEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a StepEntry message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.StepEntry & shoal.status.v1.StepEntry.$Shape} StepEntry
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.StepEntry & shoal.status.v1.StepEntry.$Shape;
            }

            namespace StepEntry {

                /** Properties of a StepEntry. */
                interface $Properties {

                    /** StepEntry step */
                    step?: (string|null);

                    /** StepEntry atMs */
                    atMs?: (number|Long|null);

                    /** StepEntry ms */
                    ms?: (number|Long|null);

                    /** StepEntry detail */
                    detail?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a StepEntry. */
                type $Shape = shoal.status.v1.StepEntry.$Properties;
            }

            /**
             * Properties of a Heartbeat.
             * @deprecated Use shoal.status.v1.Heartbeat.$Properties instead.
             */
            interface IHeartbeat extends shoal.status.v1.Heartbeat.$Properties {
            }

            /** Represents a Heartbeat. */
            class Heartbeat {

                /**
                 * Constructs a new Heartbeat.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Heartbeat.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Heartbeat seq. */
                seq: (number|Long);

                /** Heartbeat wakeAfterMs. */
                wakeAfterMs?: (number|null);

                /**
                 * Creates a new Heartbeat instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Heartbeat instance
                 */
                static create(properties: shoal.status.v1.Heartbeat.$Shape): shoal.status.v1.Heartbeat & shoal.status.v1.Heartbeat.$Shape;
                static create(properties?: shoal.status.v1.Heartbeat.$Properties): shoal.status.v1.Heartbeat;

                /**
                 * Encodes the specified Heartbeat message. Does not implicitly {@link shoal.status.v1.Heartbeat.verify|verify} messages.
                 * @param message Heartbeat message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Heartbeat message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Heartbeat & shoal.status.v1.Heartbeat.$Shape} Heartbeat
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Heartbeat & shoal.status.v1.Heartbeat.$Shape;
            }

            namespace Heartbeat {

                /** Properties of a Heartbeat. */
                interface $Properties {

                    /** Heartbeat seq */
                    seq?: (number|Long|null);

                    /** Heartbeat wakeAfterMs */
                    wakeAfterMs?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Heartbeat. */
                type $Shape = shoal.status.v1.Heartbeat.$Properties;
            }

            /**
             * Properties of a Log.
             * @deprecated Use shoal.status.v1.Log.$Properties instead.
             */
            interface ILog extends shoal.status.v1.Log.$Properties {
            }

            /** Represents a Log. */
            class Log {

                /**
                 * Constructs a new Log.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Log.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Log seq. */
                seq: (number|Long);

                /** Log rollout. */
                rollout: string;

                /** Log lines. */
                lines: shoal.status.v1.LogLine.$Properties[];

                /**
                 * Creates a new Log instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Log instance
                 */
                static create(properties: shoal.status.v1.Log.$Shape): shoal.status.v1.Log & shoal.status.v1.Log.$Shape;
                static create(properties?: shoal.status.v1.Log.$Properties): shoal.status.v1.Log;

                /**
                 * Encodes the specified Log message. Does not implicitly {@link shoal.status.v1.Log.verify|verify} messages.
                 * @param message Log message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Log.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Log message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Log & shoal.status.v1.Log.$Shape} Log
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Log & shoal.status.v1.Log.$Shape;
            }

            namespace Log {

                /** Properties of a Log. */
                interface $Properties {

                    /** Log seq */
                    seq?: (number|Long|null);

                    /** Log rollout */
                    rollout?: (string|null);

                    /** Log lines */
                    lines?: (shoal.status.v1.LogLine.$Properties[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Log. */
                type $Shape = shoal.status.v1.Log.$Properties;
            }

            /**
             * Properties of a LogLine.
             * @deprecated Use shoal.status.v1.LogLine.$Properties instead.
             */
            interface ILogLine extends shoal.status.v1.LogLine.$Properties {
            }

            /** Represents a LogLine. */
            class LogLine {

                /**
                 * Constructs a new LogLine.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.LogLine.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** LogLine atMs. */
                atMs: (number|Long);

                /** LogLine text. */
                text: string;

                /** LogLine number. */
                number: (number|Long);

                /** LogLine session. */
                session?: (shoal.status.v1.Session.$Properties|null);

                /**
                 * Creates a new LogLine instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns LogLine instance
                 */
                static create(properties: shoal.status.v1.LogLine.$Shape): shoal.status.v1.LogLine & shoal.status.v1.LogLine.$Shape;
                static create(properties?: shoal.status.v1.LogLine.$Properties): shoal.status.v1.LogLine;

                /**
                 * Encodes the specified LogLine message. Does not implicitly {@link shoal.status.v1.LogLine.verify|verify} messages.
                 * @param message LogLine message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.LogLine.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a LogLine message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.LogLine & shoal.status.v1.LogLine.$Shape} LogLine
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.LogLine & shoal.status.v1.LogLine.$Shape;
            }

            namespace LogLine {

                /** Properties of a LogLine. */
                interface $Properties {

                    /** LogLine atMs */
                    atMs?: (number|Long|null);

                    /** LogLine text */
                    text?: (string|null);

                    /** LogLine number */
                    number?: (number|Long|null);

                    /** LogLine session */
                    session?: (shoal.status.v1.Session.$Properties|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a LogLine. */
                type $Shape = shoal.status.v1.LogLine.$Properties;
            }

            /**
             * Properties of a Session.
             * @deprecated Use shoal.status.v1.Session.$Properties instead.
             */
            interface ISession extends shoal.status.v1.Session.$Properties {
            }

            /** Represents a Session. */
            class Session {

                /**
                 * Constructs a new Session.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Session.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Session session. */
                session: string;

                /** Session admin. */
                admin: string;

                /** Session peer. */
                peer: string;

                /** Session what. */
                what: string;

                /** Session ended. */
                ended: boolean;

                /** Session ms. */
                ms: (number|Long);

                /** Session code. */
                code: string;

                /**
                 * Creates a new Session instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Session instance
                 */
                static create(properties: shoal.status.v1.Session.$Shape): shoal.status.v1.Session & shoal.status.v1.Session.$Shape;
                static create(properties?: shoal.status.v1.Session.$Properties): shoal.status.v1.Session;

                /**
                 * Encodes the specified Session message. Does not implicitly {@link shoal.status.v1.Session.verify|verify} messages.
                 * @param message Session message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Session.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Session message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Session & shoal.status.v1.Session.$Shape} Session
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Session & shoal.status.v1.Session.$Shape;
            }

            namespace Session {

                /** Properties of a Session. */
                interface $Properties {

                    /** Session session */
                    session?: (string|null);

                    /** Session admin */
                    admin?: (string|null);

                    /** Session peer */
                    peer?: (string|null);

                    /** Session what */
                    what?: (string|null);

                    /** Session ended */
                    ended?: (boolean|null);

                    /** Session ms */
                    ms?: (number|Long|null);

                    /** Session code */
                    code?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Session. */
                type $Shape = shoal.status.v1.Session.$Properties;
            }

            /**
             * Properties of a CoordinatorFrame.
             * @deprecated Use shoal.status.v1.CoordinatorFrame.$Properties instead.
             */
            interface ICoordinatorFrame extends shoal.status.v1.CoordinatorFrame.$Properties {
            }

            /** Represents a CoordinatorFrame. */
            class CoordinatorFrame {

                /**
                 * Constructs a new CoordinatorFrame.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.CoordinatorFrame.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** CoordinatorFrame ack. */
                ack?: (shoal.status.v1.Ack.$Properties|null);

                /** CoordinatorFrame heartbeat. */
                heartbeat?: (shoal.status.v1.Ack.$Properties|null);

                /** CoordinatorFrame fleet. */
                fleet?: (shoal.status.v1.Fleet.$Properties|null);

                /** CoordinatorFrame body. */
                body?: ("ack"|"heartbeat"|"fleet");

                /**
                 * Creates a new CoordinatorFrame instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns CoordinatorFrame instance
                 */
                static create(properties: shoal.status.v1.CoordinatorFrame.$Shape): shoal.status.v1.CoordinatorFrame & shoal.status.v1.CoordinatorFrame.$Shape;
                static create(properties?: shoal.status.v1.CoordinatorFrame.$Properties): shoal.status.v1.CoordinatorFrame;

                /**
                 * Encodes the specified CoordinatorFrame message. Does not implicitly {@link shoal.status.v1.CoordinatorFrame.verify|verify} messages.
                 * @param message CoordinatorFrame message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.CoordinatorFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a CoordinatorFrame message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.CoordinatorFrame & shoal.status.v1.CoordinatorFrame.$Shape} CoordinatorFrame
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.CoordinatorFrame & shoal.status.v1.CoordinatorFrame.$Shape;
            }

            namespace CoordinatorFrame {

                /** Properties of a CoordinatorFrame. */
                interface $Properties {

                    /** CoordinatorFrame ack */
                    ack?: (shoal.status.v1.Ack.$Properties|null);

                    /** CoordinatorFrame heartbeat */
                    heartbeat?: (shoal.status.v1.Ack.$Properties|null);

                    /** CoordinatorFrame fleet */
                    fleet?: (shoal.status.v1.Fleet.$Properties|null);

                    /** CoordinatorFrame body */
                    body?: ("ack"|"heartbeat"|"fleet");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a CoordinatorFrame. */
                type $Shape = {
                  ack?: shoal.status.v1.Ack.$Shape|null;
                  heartbeat?: shoal.status.v1.Ack.$Shape|null;
                  fleet?: shoal.status.v1.Fleet.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ body?: undefined; ack?: null; heartbeat?: null; fleet?: null }|{ body?: "ack"; ack: shoal.status.v1.Ack.$Shape; heartbeat?: null; fleet?: null }|{ body?: "heartbeat"; ack?: null; heartbeat: shoal.status.v1.Ack.$Shape; fleet?: null }|{ body?: "fleet"; ack?: null; heartbeat?: null; fleet: shoal.status.v1.Fleet.$Shape })
                );
            }

            /**
             * Properties of an Ack.
             * @deprecated Use shoal.status.v1.Ack.$Properties instead.
             */
            interface IAck extends shoal.status.v1.Ack.$Properties {
            }

            /** Represents an Ack. */
            class Ack {

                /**
                 * Constructs a new Ack.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Ack.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Ack seq. */
                seq: (number|Long);

                /**
                 * Creates a new Ack instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Ack instance
                 */
                static create(properties: shoal.status.v1.Ack.$Shape): shoal.status.v1.Ack & shoal.status.v1.Ack.$Shape;
                static create(properties?: shoal.status.v1.Ack.$Properties): shoal.status.v1.Ack;

                /**
                 * Encodes the specified Ack message. Does not implicitly {@link shoal.status.v1.Ack.verify|verify} messages.
                 * @param message Ack message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Ack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Ack message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Ack & shoal.status.v1.Ack.$Shape} Ack
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Ack & shoal.status.v1.Ack.$Shape;
            }

            namespace Ack {

                /** Properties of an Ack. */
                interface $Properties {

                    /** Ack seq */
                    seq?: (number|Long|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Ack. */
                type $Shape = shoal.status.v1.Ack.$Properties;
            }

            /**
             * Properties of a Fleet.
             * @deprecated Use shoal.status.v1.Fleet.$Properties instead.
             */
            interface IFleet extends shoal.status.v1.Fleet.$Properties {
            }

            /** Represents a Fleet. */
            class Fleet {

                /**
                 * Constructs a new Fleet.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.status.v1.Fleet.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Fleet revocationList. */
                revocationList: Uint8Array;

                /** Fleet coordinators. */
                coordinators: string[];

                /** Fleet epoch. */
                epoch: (number|Long);

                /** Fleet relays. */
                relays: string[];

                /**
                 * Creates a new Fleet instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Fleet instance
                 */
                static create(properties: shoal.status.v1.Fleet.$Shape): shoal.status.v1.Fleet & shoal.status.v1.Fleet.$Shape;
                static create(properties?: shoal.status.v1.Fleet.$Properties): shoal.status.v1.Fleet;

                /**
                 * Encodes the specified Fleet message. Does not implicitly {@link shoal.status.v1.Fleet.verify|verify} messages.
                 * @param message Fleet message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.status.v1.Fleet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Fleet message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Fleet & shoal.status.v1.Fleet.$Shape} Fleet
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.status.v1.Fleet & shoal.status.v1.Fleet.$Shape;
            }

            namespace Fleet {

                /** Properties of a Fleet. */
                interface $Properties {

                    /** Fleet revocationList */
                    revocationList?: (Uint8Array|null);

                    /** Fleet coordinators */
                    coordinators?: (string[]|null);

                    /** Fleet epoch */
                    epoch?: (number|Long|null);

                    /** Fleet relays */
                    relays?: (string[]|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Fleet. */
                type $Shape = shoal.status.v1.Fleet.$Properties;
            }
        }
    }

    /** Namespace tunnel. */
    namespace tunnel {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Frame.
             * @deprecated Use shoal.tunnel.v1.Frame.$Properties instead.
             */
            interface IFrame extends shoal.tunnel.v1.Frame.$Properties {
            }

            /** Represents a Frame. */
            class Frame {

                /**
                 * Constructs a new Frame.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Frame.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Frame received. */
                received: (number|Long);

                /** Frame limit. */
                limit: (number|Long);

                /** Frame ping. */
                ping: number;

                /** Frame pong. */
                pong: number;

                /** Frame open. */
                open?: (shoal.tunnel.v1.Open.$Properties|null);

                /** Frame resume. */
                resume?: (shoal.tunnel.v1.Resume.$Properties|null);

                /** Frame attached. */
                attached?: (shoal.tunnel.v1.Attached.$Properties|null);

                /** Frame data. */
                data?: (shoal.tunnel.v1.Data.$Properties|null);

                /** Frame reset. */
                reset?: (string|null);

                /** Frame body. */
                body?: ("open"|"resume"|"attached"|"data"|"reset");

                /**
                 * Creates a new Frame instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Frame instance
                 */
                static create(properties: shoal.tunnel.v1.Frame.$Shape): shoal.tunnel.v1.Frame & shoal.tunnel.v1.Frame.$Shape;
                static create(properties?: shoal.tunnel.v1.Frame.$Properties): shoal.tunnel.v1.Frame;

                /**
                 * Encodes the specified Frame message. Does not implicitly {@link shoal.tunnel.v1.Frame.verify|verify} messages.
                 * @param message Frame message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Frame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Frame message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Frame & shoal.tunnel.v1.Frame.$Shape} Frame
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Frame & shoal.tunnel.v1.Frame.$Shape;
            }

            namespace Frame {

                /** Properties of a Frame. */
                interface $Properties {

                    /** Frame received */
                    received?: (number|Long|null);

                    /** Frame limit */
                    limit?: (number|Long|null);

                    /** Frame ping */
                    ping?: (number|null);

                    /** Frame pong */
                    pong?: (number|null);

                    /** Frame open */
                    open?: (shoal.tunnel.v1.Open.$Properties|null);

                    /** Frame resume */
                    resume?: (shoal.tunnel.v1.Resume.$Properties|null);

                    /** Frame attached */
                    attached?: (shoal.tunnel.v1.Attached.$Properties|null);

                    /** Frame data */
                    data?: (shoal.tunnel.v1.Data.$Properties|null);

                    /** Frame reset */
                    reset?: (string|null);

                    /** Frame body */
                    body?: ("open"|"resume"|"attached"|"data"|"reset");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Frame. */
                type $Shape = {
                  received?: number|Long|null;
                  limit?: number|Long|null;
                  ping?: number|null;
                  pong?: number|null;
                  open?: shoal.tunnel.v1.Open.$Shape|null;
                  resume?: shoal.tunnel.v1.Resume.$Shape|null;
                  attached?: shoal.tunnel.v1.Attached.$Shape|null;
                  data?: shoal.tunnel.v1.Data.$Shape|null;
                  reset?: string|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ body?: undefined; open?: null; resume?: null; attached?: null; data?: null; reset?: null }|{ body?: "open"; open: shoal.tunnel.v1.Open.$Shape; resume?: null; attached?: null; data?: null; reset?: null }|{ body?: "resume"; open?: null; resume: shoal.tunnel.v1.Resume.$Shape; attached?: null; data?: null; reset?: null }|{ body?: "attached"; open?: null; resume?: null; attached: shoal.tunnel.v1.Attached.$Shape; data?: null; reset?: null }|{ body?: "data"; open?: null; resume?: null; attached?: null; data: shoal.tunnel.v1.Data.$Shape; reset?: null }|{ body?: "reset"; open?: null; resume?: null; attached?: null; data?: null; reset: string })
                );
            }

            /**
             * Properties of an Open.
             * @deprecated Use shoal.tunnel.v1.Open.$Properties instead.
             */
            interface IOpen extends shoal.tunnel.v1.Open.$Properties {
            }

            /** Represents an Open. */
            class Open {

                /**
                 * Constructs a new Open.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Open.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Open session. */
                session: Uint8Array;

                /** Open attempt. */
                attempt: number;

                /** Open speed. */
                speed?: (shoal.tunnel.v1.Speed.$Properties|null);

                /** Open forward. */
                forward?: (shoal.tunnel.v1.Forward.$Properties|null);

                /** Open shell. */
                shell?: (shoal.tunnel.v1.Shell.$Properties|null);

                /** Open service. */
                service?: ("speed"|"forward"|"shell");

                /**
                 * Creates a new Open instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Open instance
                 */
                static create(properties: shoal.tunnel.v1.Open.$Shape): shoal.tunnel.v1.Open & shoal.tunnel.v1.Open.$Shape;
                static create(properties?: shoal.tunnel.v1.Open.$Properties): shoal.tunnel.v1.Open;

                /**
                 * Encodes the specified Open message. Does not implicitly {@link shoal.tunnel.v1.Open.verify|verify} messages.
                 * @param message Open message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Open.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Open message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Open & shoal.tunnel.v1.Open.$Shape} Open
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Open & shoal.tunnel.v1.Open.$Shape;
            }

            namespace Open {

                /** Properties of an Open. */
                interface $Properties {

                    /** Open session */
                    session?: (Uint8Array|null);

                    /** Open attempt */
                    attempt?: (number|null);

                    /** Open speed */
                    speed?: (shoal.tunnel.v1.Speed.$Properties|null);

                    /** Open forward */
                    forward?: (shoal.tunnel.v1.Forward.$Properties|null);

                    /** Open shell */
                    shell?: (shoal.tunnel.v1.Shell.$Properties|null);

                    /** Open service */
                    service?: ("speed"|"forward"|"shell");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of an Open. */
                type $Shape = {
                  session?: Uint8Array|null;
                  attempt?: number|null;
                  speed?: shoal.tunnel.v1.Speed.$Shape|null;
                  forward?: shoal.tunnel.v1.Forward.$Shape|null;
                  shell?: shoal.tunnel.v1.Shell.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ service?: undefined; speed?: null; forward?: null; shell?: null }|{ service?: "speed"; speed: shoal.tunnel.v1.Speed.$Shape; forward?: null; shell?: null }|{ service?: "forward"; speed?: null; forward: shoal.tunnel.v1.Forward.$Shape; shell?: null }|{ service?: "shell"; speed?: null; forward?: null; shell: shoal.tunnel.v1.Shell.$Shape })
                );
            }

            /**
             * Properties of a Resume.
             * @deprecated Use shoal.tunnel.v1.Resume.$Properties instead.
             */
            interface IResume extends shoal.tunnel.v1.Resume.$Properties {
            }

            /** Represents a Resume. */
            class Resume {

                /**
                 * Constructs a new Resume.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Resume.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Resume session. */
                session: Uint8Array;

                /** Resume attempt. */
                attempt: number;

                /**
                 * Creates a new Resume instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Resume instance
                 */
                static create(properties: shoal.tunnel.v1.Resume.$Shape): shoal.tunnel.v1.Resume & shoal.tunnel.v1.Resume.$Shape;
                static create(properties?: shoal.tunnel.v1.Resume.$Properties): shoal.tunnel.v1.Resume;

                /**
                 * Encodes the specified Resume message. Does not implicitly {@link shoal.tunnel.v1.Resume.verify|verify} messages.
                 * @param message Resume message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Resume.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Resume message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Resume & shoal.tunnel.v1.Resume.$Shape} Resume
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Resume & shoal.tunnel.v1.Resume.$Shape;
            }

            namespace Resume {

                /** Properties of a Resume. */
                interface $Properties {

                    /** Resume session */
                    session?: (Uint8Array|null);

                    /** Resume attempt */
                    attempt?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Resume. */
                type $Shape = shoal.tunnel.v1.Resume.$Properties;
            }

            /**
             * Properties of an Attached.
             * @deprecated Use shoal.tunnel.v1.Attached.$Properties instead.
             */
            interface IAttached extends shoal.tunnel.v1.Attached.$Properties {
            }

            /** Represents an Attached. */
            class Attached {

                /**
                 * Constructs a new Attached.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Attached.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /**
                 * Creates a new Attached instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Attached instance
                 */
                static create(properties: shoal.tunnel.v1.Attached.$Shape): shoal.tunnel.v1.Attached & shoal.tunnel.v1.Attached.$Shape;
                static create(properties?: shoal.tunnel.v1.Attached.$Properties): shoal.tunnel.v1.Attached;

                /**
                 * Encodes the specified Attached message. Does not implicitly {@link shoal.tunnel.v1.Attached.verify|verify} messages.
                 * @param message Attached message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Attached.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Attached message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Attached & shoal.tunnel.v1.Attached.$Shape} Attached
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Attached & shoal.tunnel.v1.Attached.$Shape;
            }

            namespace Attached {

                /** Properties of an Attached. */
                interface $Properties {

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Attached. */
                type $Shape = shoal.tunnel.v1.Attached.$Properties;
            }

            /**
             * Properties of a Data.
             * @deprecated Use shoal.tunnel.v1.Data.$Properties instead.
             */
            interface IData extends shoal.tunnel.v1.Data.$Properties {
            }

            /** Represents a Data. */
            class Data {

                /**
                 * Constructs a new Data.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Data.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Data offset. */
                offset: (number|Long);

                /** Data data. */
                data: Uint8Array;

                /** Data channel. */
                channel: number;

                /** Data end. */
                end: boolean;

                /**
                 * Creates a new Data instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Data instance
                 */
                static create(properties: shoal.tunnel.v1.Data.$Shape): shoal.tunnel.v1.Data & shoal.tunnel.v1.Data.$Shape;
                static create(properties?: shoal.tunnel.v1.Data.$Properties): shoal.tunnel.v1.Data;

                /**
                 * Encodes the specified Data message. Does not implicitly {@link shoal.tunnel.v1.Data.verify|verify} messages.
                 * @param message Data message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Data.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Data message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Data & shoal.tunnel.v1.Data.$Shape} Data
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Data & shoal.tunnel.v1.Data.$Shape;
            }

            namespace Data {

                /** Properties of a Data. */
                interface $Properties {

                    /** Data offset */
                    offset?: (number|Long|null);

                    /** Data data */
                    data?: (Uint8Array|null);

                    /** Data channel */
                    channel?: (number|null);

                    /** Data end */
                    end?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Data. */
                type $Shape = shoal.tunnel.v1.Data.$Properties;
            }

            /**
             * Properties of a Speed.
             * @deprecated Use shoal.tunnel.v1.Speed.$Properties instead.
             */
            interface ISpeed extends shoal.tunnel.v1.Speed.$Properties {
            }

            /** Represents a Speed. */
            class Speed {

                /**
                 * Constructs a new Speed.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Speed.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Speed bytesMax. */
                bytesMax: (number|Long);

                /** Speed msMax. */
                msMax: number;

                /**
                 * Creates a new Speed instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Speed instance
                 */
                static create(properties: shoal.tunnel.v1.Speed.$Shape): shoal.tunnel.v1.Speed & shoal.tunnel.v1.Speed.$Shape;
                static create(properties?: shoal.tunnel.v1.Speed.$Properties): shoal.tunnel.v1.Speed;

                /**
                 * Encodes the specified Speed message. Does not implicitly {@link shoal.tunnel.v1.Speed.verify|verify} messages.
                 * @param message Speed message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Speed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Speed message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Speed & shoal.tunnel.v1.Speed.$Shape} Speed
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Speed & shoal.tunnel.v1.Speed.$Shape;
            }

            namespace Speed {

                /** Properties of a Speed. */
                interface $Properties {

                    /** Speed bytesMax */
                    bytesMax?: (number|Long|null);

                    /** Speed msMax */
                    msMax?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Speed. */
                type $Shape = shoal.tunnel.v1.Speed.$Properties;
            }

            /**
             * Properties of a Forward.
             * @deprecated Use shoal.tunnel.v1.Forward.$Properties instead.
             */
            interface IForward extends shoal.tunnel.v1.Forward.$Properties {
            }

            /** Represents a Forward. */
            class Forward {

                /**
                 * Constructs a new Forward.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Forward.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Forward host. */
                host: string;

                /** Forward port. */
                port: number;

                /**
                 * Creates a new Forward instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Forward instance
                 */
                static create(properties: shoal.tunnel.v1.Forward.$Shape): shoal.tunnel.v1.Forward & shoal.tunnel.v1.Forward.$Shape;
                static create(properties?: shoal.tunnel.v1.Forward.$Properties): shoal.tunnel.v1.Forward;

                /**
                 * Encodes the specified Forward message. Does not implicitly {@link shoal.tunnel.v1.Forward.verify|verify} messages.
                 * @param message Forward message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Forward.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Forward message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Forward & shoal.tunnel.v1.Forward.$Shape} Forward
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Forward & shoal.tunnel.v1.Forward.$Shape;
            }

            namespace Forward {

                /** Properties of a Forward. */
                interface $Properties {

                    /** Forward host */
                    host?: (string|null);

                    /** Forward port */
                    port?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Forward. */
                type $Shape = shoal.tunnel.v1.Forward.$Properties;
            }

            /**
             * Properties of a Shell.
             * @deprecated Use shoal.tunnel.v1.Shell.$Properties instead.
             */
            interface IShell extends shoal.tunnel.v1.Shell.$Properties {
            }

            /** Represents a Shell. */
            class Shell {

                /**
                 * Constructs a new Shell.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Shell.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Shell command. */
                command: string[];

                /** Shell pty. */
                pty: boolean;

                /** Shell term. */
                term: string;

                /** Shell size. */
                size?: (shoal.tunnel.v1.Size.$Properties|null);

                /**
                 * Creates a new Shell instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Shell instance
                 */
                static create(properties: shoal.tunnel.v1.Shell.$Shape): shoal.tunnel.v1.Shell & shoal.tunnel.v1.Shell.$Shape;
                static create(properties?: shoal.tunnel.v1.Shell.$Properties): shoal.tunnel.v1.Shell;

                /**
                 * Encodes the specified Shell message. Does not implicitly {@link shoal.tunnel.v1.Shell.verify|verify} messages.
                 * @param message Shell message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Shell.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Shell message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Shell & shoal.tunnel.v1.Shell.$Shape} Shell
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Shell & shoal.tunnel.v1.Shell.$Shape;
            }

            namespace Shell {

                /** Properties of a Shell. */
                interface $Properties {

                    /** Shell command */
                    command?: (string[]|null);

                    /** Shell pty */
                    pty?: (boolean|null);

                    /** Shell term */
                    term?: (string|null);

                    /** Shell size */
                    size?: (shoal.tunnel.v1.Size.$Properties|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Shell. */
                type $Shape = shoal.tunnel.v1.Shell.$Properties;
            }

            /**
             * Properties of a Size.
             * @deprecated Use shoal.tunnel.v1.Size.$Properties instead.
             */
            interface ISize extends shoal.tunnel.v1.Size.$Properties {
            }

            /** Represents a Size. */
            class Size {

                /**
                 * Constructs a new Size.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Size.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Size rows. */
                rows: number;

                /** Size columns. */
                columns: number;

                /**
                 * Creates a new Size instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Size instance
                 */
                static create(properties: shoal.tunnel.v1.Size.$Shape): shoal.tunnel.v1.Size & shoal.tunnel.v1.Size.$Shape;
                static create(properties?: shoal.tunnel.v1.Size.$Properties): shoal.tunnel.v1.Size;

                /**
                 * Encodes the specified Size message. Does not implicitly {@link shoal.tunnel.v1.Size.verify|verify} messages.
                 * @param message Size message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Size.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Size message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Size & shoal.tunnel.v1.Size.$Shape} Size
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Size & shoal.tunnel.v1.Size.$Shape;
            }

            namespace Size {

                /** Properties of a Size. */
                interface $Properties {

                    /** Size rows */
                    rows?: (number|null);

                    /** Size columns */
                    columns?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Size. */
                type $Shape = shoal.tunnel.v1.Size.$Properties;
            }

            /**
             * Properties of a Note.
             * @deprecated Use shoal.tunnel.v1.Note.$Properties instead.
             */
            interface INote extends shoal.tunnel.v1.Note.$Properties {
            }

            /** Represents a Note. */
            class Note {

                /**
                 * Constructs a new Note.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Note.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Note size. */
                size?: (shoal.tunnel.v1.Size.$Properties|null);

                /** Note exit. */
                exit?: (shoal.tunnel.v1.Exit.$Properties|null);

                /** Note tally. */
                tally?: (shoal.tunnel.v1.Tally.$Properties|null);

                /** Note body. */
                body?: ("size"|"exit"|"tally");

                /**
                 * Creates a new Note instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Note instance
                 */
                static create(properties: shoal.tunnel.v1.Note.$Shape): shoal.tunnel.v1.Note & shoal.tunnel.v1.Note.$Shape;
                static create(properties?: shoal.tunnel.v1.Note.$Properties): shoal.tunnel.v1.Note;

                /**
                 * Encodes the specified Note message. Does not implicitly {@link shoal.tunnel.v1.Note.verify|verify} messages.
                 * @param message Note message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Note.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Note message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Note & shoal.tunnel.v1.Note.$Shape} Note
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Note & shoal.tunnel.v1.Note.$Shape;
            }

            namespace Note {

                /** Properties of a Note. */
                interface $Properties {

                    /** Note size */
                    size?: (shoal.tunnel.v1.Size.$Properties|null);

                    /** Note exit */
                    exit?: (shoal.tunnel.v1.Exit.$Properties|null);

                    /** Note tally */
                    tally?: (shoal.tunnel.v1.Tally.$Properties|null);

                    /** Note body */
                    body?: ("size"|"exit"|"tally");

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Narrowed shape of a Note. */
                type $Shape = {
                  size?: shoal.tunnel.v1.Size.$Shape|null;
                  exit?: shoal.tunnel.v1.Exit.$Shape|null;
                  tally?: shoal.tunnel.v1.Tally.$Shape|null;
                  $unknowns?: Uint8Array[];
                } & (
                  ({ body?: undefined; size?: null; exit?: null; tally?: null }|{ body?: "size"; size: shoal.tunnel.v1.Size.$Shape; exit?: null; tally?: null }|{ body?: "exit"; size?: null; exit: shoal.tunnel.v1.Exit.$Shape; tally?: null }|{ body?: "tally"; size?: null; exit?: null; tally: shoal.tunnel.v1.Tally.$Shape })
                );
            }

            /**
             * Properties of an Exit.
             * @deprecated Use shoal.tunnel.v1.Exit.$Properties instead.
             */
            interface IExit extends shoal.tunnel.v1.Exit.$Properties {
            }

            /** Represents an Exit. */
            class Exit {

                /**
                 * Constructs a new Exit.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Exit.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Exit code. */
                code: number;

                /** Exit signal. */
                signal: string;

                /**
                 * Creates a new Exit instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Exit instance
                 */
                static create(properties: shoal.tunnel.v1.Exit.$Shape): shoal.tunnel.v1.Exit & shoal.tunnel.v1.Exit.$Shape;
                static create(properties?: shoal.tunnel.v1.Exit.$Properties): shoal.tunnel.v1.Exit;

                /**
                 * Encodes the specified Exit message. Does not implicitly {@link shoal.tunnel.v1.Exit.verify|verify} messages.
                 * @param message Exit message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Exit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Exit message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Exit & shoal.tunnel.v1.Exit.$Shape} Exit
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Exit & shoal.tunnel.v1.Exit.$Shape;
            }

            namespace Exit {

                /** Properties of an Exit. */
                interface $Properties {

                    /** Exit code */
                    code?: (number|null);

                    /** Exit signal */
                    signal?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Exit. */
                type $Shape = shoal.tunnel.v1.Exit.$Properties;
            }

            /**
             * Properties of a Tally.
             * @deprecated Use shoal.tunnel.v1.Tally.$Properties instead.
             */
            interface ITally extends shoal.tunnel.v1.Tally.$Properties {
            }

            /** Represents a Tally. */
            class Tally {

                /**
                 * Constructs a new Tally.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: shoal.tunnel.v1.Tally.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Tally bytes. */
                bytes: (number|Long);

                /** Tally ms. */
                ms: (number|Long);

                /** Tally sha256. */
                sha256: Uint8Array;

                /**
                 * Creates a new Tally instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Tally instance
                 */
                static create(properties: shoal.tunnel.v1.Tally.$Shape): shoal.tunnel.v1.Tally & shoal.tunnel.v1.Tally.$Shape;
                static create(properties?: shoal.tunnel.v1.Tally.$Properties): shoal.tunnel.v1.Tally;

                /**
                 * Encodes the specified Tally message. Does not implicitly {@link shoal.tunnel.v1.Tally.verify|verify} messages.
                 * @param message Tally message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: shoal.tunnel.v1.Tally.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Tally message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Tally & shoal.tunnel.v1.Tally.$Shape} Tally
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): shoal.tunnel.v1.Tally & shoal.tunnel.v1.Tally.$Shape;
            }

            namespace Tally {

                /** Properties of a Tally. */
                interface $Properties {

                    /** Tally bytes */
                    bytes?: (number|Long|null);

                    /** Tally ms */
                    ms?: (number|Long|null);

                    /** Tally sha256 */
                    sha256?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Tally. */
                type $Shape = shoal.tunnel.v1.Tally.$Properties;
            }
        }
    }
}
