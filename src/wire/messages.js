/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const shoal = $root.shoal = (() => {

    /**
     * Namespace shoal.
     * @exports shoal
     * @namespace
     */
    const shoal = {};

    shoal.admin = (function() {

        /**
         * Namespace admin.
         * @memberof shoal
         * @namespace
         */
        const admin = {};

        admin.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.admin
             * @namespace
             */
            const v1 = {};

            v1.Request = (function() {

                /**
                 * Properties of a Request.
                 * @typedef {Object} shoal.admin.v1.Request.$Properties
                 * @property {string|null} [method] Request method
                 * @property {Uint8Array|null} [body] Request body
                 * @property {Uint8Array|null} [data] Request data
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Request.
                 * @memberof shoal.admin.v1
                 * @interface IRequest
                 * @augments shoal.admin.v1.Request.$Properties
                 * @deprecated Use shoal.admin.v1.Request.$Properties instead.
                 */

                /**
                 * Shape of a Request.
                 * @typedef {shoal.admin.v1.Request.$Properties} shoal.admin.v1.Request.$Shape
                 */

                /**
                 * Constructs a new Request.
                 * @memberof shoal.admin.v1
                 * @classdesc Represents a Request.
                 * @constructor
                 * @param {shoal.admin.v1.Request.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Request = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Request method.
                 * @member {string} method
                 * @memberof shoal.admin.v1.Request
                 * @instance
                 */
                Request.prototype.method = "";

                /**
                 * Request body.
                 * @member {Uint8Array} body
                 * @memberof shoal.admin.v1.Request
                 * @instance
                 */
                Request.prototype.body = $util.newBuffer([]);

                /**
                 * Request data.
                 * @member {Uint8Array} data
                 * @memberof shoal.admin.v1.Request
                 * @instance
                 */
                Request.prototype.data = $util.newBuffer([]);

                /**
                 * Creates a new Request instance using the specified properties.
                 * @function create
                 * @memberof shoal.admin.v1.Request
                 * @static
                 * @param {shoal.admin.v1.Request.$Properties=} [properties] Properties to set
                 * @returns {shoal.admin.v1.Request} Request instance
                 * @type {{
                 *   (properties: shoal.admin.v1.Request.$Shape): shoal.admin.v1.Request & shoal.admin.v1.Request.$Shape;
                 *   (properties?: shoal.admin.v1.Request.$Properties): shoal.admin.v1.Request;
                 * }}
                 */
                Request.create = function(properties) {
                    return new Request(properties);
                };

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.admin.v1.Request.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.admin.v1.Request
                 * @static
                 * @param {shoal.admin.v1.Request.$Properties} message Request message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Request.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.method != null && $Object.hasOwnProperty.call(message, "method") && message.method !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.method);
                    if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                        writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.body);
                    if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                        writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.data);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.admin.v1.Request
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.admin.v1.Request & shoal.admin.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Request.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.admin.v1.Request();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.method = value;
                                else
                                    delete message.method;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.body = value;
                                else
                                    delete message.body;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.data = value;
                                else
                                    delete message.data;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Request;
            })();

            v1.Response = (function() {

                /**
                 * Properties of a Response.
                 * @typedef {Object} shoal.admin.v1.Response.$Properties
                 * @property {shoal.admin.v1.Response.Status|null} [status] Response status
                 * @property {Uint8Array|null} [body] Response body
                 * @property {string|null} [code] Response code
                 * @property {boolean|null} [more] Response more
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Response.
                 * @memberof shoal.admin.v1
                 * @interface IResponse
                 * @augments shoal.admin.v1.Response.$Properties
                 * @deprecated Use shoal.admin.v1.Response.$Properties instead.
                 */

                /**
                 * Shape of a Response.
                 * @typedef {shoal.admin.v1.Response.$Properties} shoal.admin.v1.Response.$Shape
                 */

                /**
                 * Constructs a new Response.
                 * @memberof shoal.admin.v1
                 * @classdesc Represents a Response.
                 * @constructor
                 * @param {shoal.admin.v1.Response.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Response = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Response status.
                 * @member {shoal.admin.v1.Response.Status} status
                 * @memberof shoal.admin.v1.Response
                 * @instance
                 */
                Response.prototype.status = 0;

                /**
                 * Response body.
                 * @member {Uint8Array} body
                 * @memberof shoal.admin.v1.Response
                 * @instance
                 */
                Response.prototype.body = $util.newBuffer([]);

                /**
                 * Response code.
                 * @member {string} code
                 * @memberof shoal.admin.v1.Response
                 * @instance
                 */
                Response.prototype.code = "";

                /**
                 * Response more.
                 * @member {boolean} more
                 * @memberof shoal.admin.v1.Response
                 * @instance
                 */
                Response.prototype.more = false;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @function create
                 * @memberof shoal.admin.v1.Response
                 * @static
                 * @param {shoal.admin.v1.Response.$Properties=} [properties] Properties to set
                 * @returns {shoal.admin.v1.Response} Response instance
                 * @type {{
                 *   (properties: shoal.admin.v1.Response.$Shape): shoal.admin.v1.Response & shoal.admin.v1.Response.$Shape;
                 *   (properties?: shoal.admin.v1.Response.$Properties): shoal.admin.v1.Response;
                 * }}
                 */
                Response.create = function(properties) {
                    return new Response(properties);
                };

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.admin.v1.Response.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.admin.v1.Response
                 * @static
                 * @param {shoal.admin.v1.Response.$Properties} message Response message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Response.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).int32(message.status);
                    if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                        writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.body);
                    if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.code);
                    if (message.more != null && $Object.hasOwnProperty.call(message, "more") && message.more !== false)
                        writer.uint32(/* id 4, wireType 0 =*/32).bool(message.more);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.admin.v1.Response
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.admin.v1.Response & shoal.admin.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Response.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.admin.v1.Response();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.status = value;
                                else
                                    delete message.status;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.body = value;
                                else
                                    delete message.body;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.code = value;
                                else
                                    delete message.code;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.more = value;
                                else
                                    delete message.more;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Status enum.
                 * @name shoal.admin.v1.Response.Status
                 * @enum {number}
                 * @property {number} STATUS_UNSPECIFIED=0 STATUS_UNSPECIFIED value
                 * @property {number} STATUS_OK=1 STATUS_OK value
                 * @property {number} STATUS_ERROR=2 STATUS_ERROR value
                 */
                Response.Status = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "STATUS_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "STATUS_OK"] = 1;
                    values[valuesById[2] = "STATUS_ERROR"] = 2;
                    return values;
                })();

                return Response;
            })();

            return v1;
        })();

        return admin;
    })();

    shoal.circuit = (function() {

        /**
         * Namespace circuit.
         * @memberof shoal
         * @namespace
         */
        const circuit = {};

        circuit.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.circuit
             * @namespace
             */
            const v1 = {};

            v1.HopStatus = (function() {

                /**
                 * Properties of a HopStatus.
                 * @typedef {Object} shoal.circuit.v1.HopStatus.$Properties
                 * @property {number|null} [type] HopStatus type
                 * @property {shoal.circuit.v1.Limit.$Properties|null} [limit] HopStatus limit
                 * @property {number|null} [status] HopStatus status
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a HopStatus.
                 * @memberof shoal.circuit.v1
                 * @interface IHopStatus
                 * @augments shoal.circuit.v1.HopStatus.$Properties
                 * @deprecated Use shoal.circuit.v1.HopStatus.$Properties instead.
                 */

                /**
                 * Shape of a HopStatus.
                 * @typedef {shoal.circuit.v1.HopStatus.$Properties} shoal.circuit.v1.HopStatus.$Shape
                 */

                /**
                 * Constructs a new HopStatus.
                 * @memberof shoal.circuit.v1
                 * @classdesc Represents a HopStatus.
                 * @constructor
                 * @param {shoal.circuit.v1.HopStatus.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const HopStatus = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * HopStatus type.
                 * @member {number} type
                 * @memberof shoal.circuit.v1.HopStatus
                 * @instance
                 */
                HopStatus.prototype.type = 0;

                /**
                 * HopStatus limit.
                 * @member {shoal.circuit.v1.Limit.$Properties|null|undefined} limit
                 * @memberof shoal.circuit.v1.HopStatus
                 * @instance
                 */
                HopStatus.prototype.limit = null;

                /**
                 * HopStatus status.
                 * @member {number} status
                 * @memberof shoal.circuit.v1.HopStatus
                 * @instance
                 */
                HopStatus.prototype.status = 0;

                /**
                 * Creates a new HopStatus instance using the specified properties.
                 * @function create
                 * @memberof shoal.circuit.v1.HopStatus
                 * @static
                 * @param {shoal.circuit.v1.HopStatus.$Properties=} [properties] Properties to set
                 * @returns {shoal.circuit.v1.HopStatus} HopStatus instance
                 * @type {{
                 *   (properties: shoal.circuit.v1.HopStatus.$Shape): shoal.circuit.v1.HopStatus & shoal.circuit.v1.HopStatus.$Shape;
                 *   (properties?: shoal.circuit.v1.HopStatus.$Properties): shoal.circuit.v1.HopStatus;
                 * }}
                 */
                HopStatus.create = function(properties) {
                    return new HopStatus(properties);
                };

                /**
                 * Encodes the specified HopStatus message. Does not implicitly {@link shoal.circuit.v1.HopStatus.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.circuit.v1.HopStatus
                 * @static
                 * @param {shoal.circuit.v1.HopStatus.$Properties} message HopStatus message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                HopStatus.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.type);
                    if (message.limit != null && $Object.hasOwnProperty.call(message, "limit"))
                        $root.shoal.circuit.v1.Limit.encode(message.limit, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                        writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.status);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a HopStatus message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.circuit.v1.HopStatus
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.circuit.v1.HopStatus & shoal.circuit.v1.HopStatus.$Shape} HopStatus
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                HopStatus.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.circuit.v1.HopStatus();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.type = value;
                                else
                                    delete message.type;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.limit = $root.shoal.circuit.v1.Limit.decode(reader, reader.size(), $undefined, _depth + 1, message.limit);
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.status = value;
                                else
                                    delete message.status;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return HopStatus;
            })();

            v1.Limit = (function() {

                /**
                 * Properties of a Limit.
                 * @typedef {Object} shoal.circuit.v1.Limit.$Properties
                 * @property {number|null} [duration] Limit duration
                 * @property {number|Long|null} [data] Limit data
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Limit.
                 * @memberof shoal.circuit.v1
                 * @interface ILimit
                 * @augments shoal.circuit.v1.Limit.$Properties
                 * @deprecated Use shoal.circuit.v1.Limit.$Properties instead.
                 */

                /**
                 * Shape of a Limit.
                 * @typedef {shoal.circuit.v1.Limit.$Properties} shoal.circuit.v1.Limit.$Shape
                 */

                /**
                 * Constructs a new Limit.
                 * @memberof shoal.circuit.v1
                 * @classdesc Represents a Limit.
                 * @constructor
                 * @param {shoal.circuit.v1.Limit.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Limit = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Limit duration.
                 * @member {number} duration
                 * @memberof shoal.circuit.v1.Limit
                 * @instance
                 */
                Limit.prototype.duration = 0;

                /**
                 * Limit data.
                 * @member {number|Long} data
                 * @memberof shoal.circuit.v1.Limit
                 * @instance
                 */
                Limit.prototype.data = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Creates a new Limit instance using the specified properties.
                 * @function create
                 * @memberof shoal.circuit.v1.Limit
                 * @static
                 * @param {shoal.circuit.v1.Limit.$Properties=} [properties] Properties to set
                 * @returns {shoal.circuit.v1.Limit} Limit instance
                 * @type {{
                 *   (properties: shoal.circuit.v1.Limit.$Shape): shoal.circuit.v1.Limit & shoal.circuit.v1.Limit.$Shape;
                 *   (properties?: shoal.circuit.v1.Limit.$Properties): shoal.circuit.v1.Limit;
                 * }}
                 */
                Limit.create = function(properties) {
                    return new Limit(properties);
                };

                /**
                 * Encodes the specified Limit message. Does not implicitly {@link shoal.circuit.v1.Limit.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.circuit.v1.Limit
                 * @static
                 * @param {shoal.circuit.v1.Limit.$Properties} message Limit message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Limit.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.duration != null && $Object.hasOwnProperty.call(message, "duration") && message.duration !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.duration);
                    if (message.data != null && $Object.hasOwnProperty.call(message, "data") && (typeof message.data === "object" ? message.data.low || message.data.high : message.data !== 0))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.data);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Limit message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.circuit.v1.Limit
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.circuit.v1.Limit & shoal.circuit.v1.Limit.$Shape} Limit
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Limit.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.circuit.v1.Limit();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.duration = value;
                                else
                                    delete message.duration;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.data = value;
                                else
                                    delete message.data;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Limit;
            })();

            v1.Stop = (function() {

                /**
                 * Properties of a Stop.
                 * @typedef {Object} shoal.circuit.v1.Stop.$Properties
                 * @property {number|null} [type] Stop type
                 * @property {shoal.circuit.v1.Peer.$Properties|null} [peer] Stop peer
                 * @property {shoal.circuit.v1.Limit.$Properties|null} [limit] Stop limit
                 * @property {number|null} [status] Stop status
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Stop.
                 * @memberof shoal.circuit.v1
                 * @interface IStop
                 * @augments shoal.circuit.v1.Stop.$Properties
                 * @deprecated Use shoal.circuit.v1.Stop.$Properties instead.
                 */

                /**
                 * Shape of a Stop.
                 * @typedef {shoal.circuit.v1.Stop.$Properties} shoal.circuit.v1.Stop.$Shape
                 */

                /**
                 * Constructs a new Stop.
                 * @memberof shoal.circuit.v1
                 * @classdesc Represents a Stop.
                 * @constructor
                 * @param {shoal.circuit.v1.Stop.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Stop = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Stop type.
                 * @member {number|null|undefined} type
                 * @memberof shoal.circuit.v1.Stop
                 * @instance
                 */
                Stop.prototype.type = null;

                /**
                 * Stop peer.
                 * @member {shoal.circuit.v1.Peer.$Properties|null|undefined} peer
                 * @memberof shoal.circuit.v1.Stop
                 * @instance
                 */
                Stop.prototype.peer = null;

                /**
                 * Stop limit.
                 * @member {shoal.circuit.v1.Limit.$Properties|null|undefined} limit
                 * @memberof shoal.circuit.v1.Stop
                 * @instance
                 */
                Stop.prototype.limit = null;

                /**
                 * Stop status.
                 * @member {number|null|undefined} status
                 * @memberof shoal.circuit.v1.Stop
                 * @instance
                 */
                Stop.prototype.status = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Stop.prototype, "_type", {
                    get: $util.oneOfGetter($oneOfFields = ["type"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Stop.prototype, "_status", {
                    get: $util.oneOfGetter($oneOfFields = ["status"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Stop instance using the specified properties.
                 * @function create
                 * @memberof shoal.circuit.v1.Stop
                 * @static
                 * @param {shoal.circuit.v1.Stop.$Properties=} [properties] Properties to set
                 * @returns {shoal.circuit.v1.Stop} Stop instance
                 * @type {{
                 *   (properties: shoal.circuit.v1.Stop.$Shape): shoal.circuit.v1.Stop & shoal.circuit.v1.Stop.$Shape;
                 *   (properties?: shoal.circuit.v1.Stop.$Properties): shoal.circuit.v1.Stop;
                 * }}
                 */
                Stop.create = function(properties) {
                    return new Stop(properties);
                };

                /**
                 * Encodes the specified Stop message. Does not implicitly {@link shoal.circuit.v1.Stop.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.circuit.v1.Stop
                 * @static
                 * @param {shoal.circuit.v1.Stop.$Properties} message Stop message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Stop.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.type);
                    if (message.peer != null && $Object.hasOwnProperty.call(message, "peer"))
                        $root.shoal.circuit.v1.Peer.encode(message.peer, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                    if (message.limit != null && $Object.hasOwnProperty.call(message, "limit"))
                        $root.shoal.circuit.v1.Limit.encode(message.limit, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status"))
                        writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.status);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Stop message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.circuit.v1.Stop
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.circuit.v1.Stop & shoal.circuit.v1.Stop.$Shape} Stop
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Stop.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.circuit.v1.Stop();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.type = reader.uint32();
                                message._type = "type";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.peer = $root.shoal.circuit.v1.Peer.decode(reader, reader.size(), $undefined, _depth + 1, message.peer);
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.limit = $root.shoal.circuit.v1.Limit.decode(reader, reader.size(), $undefined, _depth + 1, message.limit);
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.status = reader.uint32();
                                message._status = "status";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Stop;
            })();

            v1.Peer = (function() {

                /**
                 * Properties of a Peer.
                 * @typedef {Object} shoal.circuit.v1.Peer.$Properties
                 * @property {Uint8Array|null} [id] Peer id
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Peer.
                 * @memberof shoal.circuit.v1
                 * @interface IPeer
                 * @augments shoal.circuit.v1.Peer.$Properties
                 * @deprecated Use shoal.circuit.v1.Peer.$Properties instead.
                 */

                /**
                 * Shape of a Peer.
                 * @typedef {shoal.circuit.v1.Peer.$Properties} shoal.circuit.v1.Peer.$Shape
                 */

                /**
                 * Constructs a new Peer.
                 * @memberof shoal.circuit.v1
                 * @classdesc Represents a Peer.
                 * @constructor
                 * @param {shoal.circuit.v1.Peer.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Peer = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Peer id.
                 * @member {Uint8Array} id
                 * @memberof shoal.circuit.v1.Peer
                 * @instance
                 */
                Peer.prototype.id = $util.newBuffer([]);

                /**
                 * Creates a new Peer instance using the specified properties.
                 * @function create
                 * @memberof shoal.circuit.v1.Peer
                 * @static
                 * @param {shoal.circuit.v1.Peer.$Properties=} [properties] Properties to set
                 * @returns {shoal.circuit.v1.Peer} Peer instance
                 * @type {{
                 *   (properties: shoal.circuit.v1.Peer.$Shape): shoal.circuit.v1.Peer & shoal.circuit.v1.Peer.$Shape;
                 *   (properties?: shoal.circuit.v1.Peer.$Properties): shoal.circuit.v1.Peer;
                 * }}
                 */
                Peer.create = function(properties) {
                    return new Peer(properties);
                };

                /**
                 * Encodes the specified Peer message. Does not implicitly {@link shoal.circuit.v1.Peer.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.circuit.v1.Peer
                 * @static
                 * @param {shoal.circuit.v1.Peer.$Properties} message Peer message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Peer.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.id);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Peer message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.circuit.v1.Peer
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.circuit.v1.Peer & shoal.circuit.v1.Peer.$Shape} Peer
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Peer.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.circuit.v1.Peer();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Peer;
            })();

            return v1;
        })();

        return circuit;
    })();

    shoal.content = (function() {

        /**
         * Namespace content.
         * @memberof shoal
         * @namespace
         */
        const content = {};

        content.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.content
             * @namespace
             */
            const v1 = {};

            v1.Request = (function() {

                /**
                 * Properties of a Request.
                 * @typedef {Object} shoal.content.v1.Request.$Properties
                 * @property {Uint8Array|null} [release] Request release
                 * @property {number|null} [target] Request target
                 * @property {shoal.content.v1.Manifest.$Properties|null} [manifest] Request manifest
                 * @property {shoal.content.v1.Chunks.$Properties|null} [chunks] Request chunks
                 * @property {shoal.content.v1.Chunk.$Properties|null} [chunk] Request chunk
                 * @property {"manifest"|"chunks"|"chunk"} [body] Request body
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Request.
                 * @memberof shoal.content.v1
                 * @interface IRequest
                 * @augments shoal.content.v1.Request.$Properties
                 * @deprecated Use shoal.content.v1.Request.$Properties instead.
                 */

                /**
                 * Narrowed shape of a Request.
                 * @typedef {{
                 *   release?: Uint8Array|null;
                 *   target?: number|null;
                 *   manifest?: shoal.content.v1.Manifest.$Shape|null;
                 *   chunks?: shoal.content.v1.Chunks.$Shape|null;
                 *   chunk?: shoal.content.v1.Chunk.$Shape|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ body?: undefined; manifest?: null; chunks?: null; chunk?: null }|{ body?: "manifest"; manifest: shoal.content.v1.Manifest.$Shape; chunks?: null; chunk?: null }|{ body?: "chunks"; manifest?: null; chunks: shoal.content.v1.Chunks.$Shape; chunk?: null }|{ body?: "chunk"; manifest?: null; chunks?: null; chunk: shoal.content.v1.Chunk.$Shape })
                 * )} shoal.content.v1.Request.$Shape
                 */

                /**
                 * Constructs a new Request.
                 * @memberof shoal.content.v1
                 * @classdesc Represents a Request.
                 * @constructor
                 * @param {shoal.content.v1.Request.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Request = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Request release.
                 * @member {Uint8Array} release
                 * @memberof shoal.content.v1.Request
                 * @instance
                 */
                Request.prototype.release = $util.newBuffer([]);

                /**
                 * Request target.
                 * @member {number} target
                 * @memberof shoal.content.v1.Request
                 * @instance
                 */
                Request.prototype.target = 0;

                /**
                 * Request manifest.
                 * @member {shoal.content.v1.Manifest.$Properties|null|undefined} manifest
                 * @memberof shoal.content.v1.Request
                 * @instance
                 */
                Request.prototype.manifest = null;

                /**
                 * Request chunks.
                 * @member {shoal.content.v1.Chunks.$Properties|null|undefined} chunks
                 * @memberof shoal.content.v1.Request
                 * @instance
                 */
                Request.prototype.chunks = null;

                /**
                 * Request chunk.
                 * @member {shoal.content.v1.Chunk.$Properties|null|undefined} chunk
                 * @memberof shoal.content.v1.Request
                 * @instance
                 */
                Request.prototype.chunk = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * Request body.
                 * @member {"manifest"|"chunks"|"chunk"|undefined} body
                 * @memberof shoal.content.v1.Request
                 * @instance
                 */
                $Object.defineProperty(Request.prototype, "body", {
                    get: $util.oneOfGetter($oneOfFields = ["manifest", "chunks", "chunk"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Request instance using the specified properties.
                 * @function create
                 * @memberof shoal.content.v1.Request
                 * @static
                 * @param {shoal.content.v1.Request.$Properties=} [properties] Properties to set
                 * @returns {shoal.content.v1.Request} Request instance
                 * @type {{
                 *   (properties: shoal.content.v1.Request.$Shape): shoal.content.v1.Request & shoal.content.v1.Request.$Shape;
                 *   (properties?: shoal.content.v1.Request.$Properties): shoal.content.v1.Request;
                 * }}
                 */
                Request.create = function(properties) {
                    return new Request(properties);
                };

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.content.v1.Request.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.content.v1.Request
                 * @static
                 * @param {shoal.content.v1.Request.$Properties} message Request message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Request.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.release != null && $Object.hasOwnProperty.call(message, "release") && message.release.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.release);
                    if (message.target != null && $Object.hasOwnProperty.call(message, "target") && message.target !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.target);
                    if (message.manifest != null && $Object.hasOwnProperty.call(message, "manifest"))
                        $root.shoal.content.v1.Manifest.encode(message.manifest, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                    if (message.chunks != null && $Object.hasOwnProperty.call(message, "chunks"))
                        $root.shoal.content.v1.Chunks.encode(message.chunks, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                    if (message.chunk != null && $Object.hasOwnProperty.call(message, "chunk"))
                        $root.shoal.content.v1.Chunk.encode(message.chunk, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.content.v1.Request
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Request & shoal.content.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Request.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.content.v1.Request();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.release = value;
                                else
                                    delete message.release;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.target = value;
                                else
                                    delete message.target;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.manifest = $root.shoal.content.v1.Manifest.decode(reader, reader.size(), $undefined, _depth + 1, message.manifest);
                                message.body = "manifest";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.chunks = $root.shoal.content.v1.Chunks.decode(reader, reader.size(), $undefined, _depth + 1, message.chunks);
                                message.body = "chunks";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.chunk = $root.shoal.content.v1.Chunk.decode(reader, reader.size(), $undefined, _depth + 1, message.chunk);
                                message.body = "chunk";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Request;
            })();

            v1.Manifest = (function() {

                /**
                 * Properties of a Manifest.
                 * @typedef {Object} shoal.content.v1.Manifest.$Properties
                 * @property {number|Long|null} [offset] Manifest offset
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Manifest.
                 * @memberof shoal.content.v1
                 * @interface IManifest
                 * @augments shoal.content.v1.Manifest.$Properties
                 * @deprecated Use shoal.content.v1.Manifest.$Properties instead.
                 */

                /**
                 * Shape of a Manifest.
                 * @typedef {shoal.content.v1.Manifest.$Properties} shoal.content.v1.Manifest.$Shape
                 */

                /**
                 * Constructs a new Manifest.
                 * @memberof shoal.content.v1
                 * @classdesc Represents a Manifest.
                 * @constructor
                 * @param {shoal.content.v1.Manifest.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Manifest = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Manifest offset.
                 * @member {number|Long} offset
                 * @memberof shoal.content.v1.Manifest
                 * @instance
                 */
                Manifest.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Creates a new Manifest instance using the specified properties.
                 * @function create
                 * @memberof shoal.content.v1.Manifest
                 * @static
                 * @param {shoal.content.v1.Manifest.$Properties=} [properties] Properties to set
                 * @returns {shoal.content.v1.Manifest} Manifest instance
                 * @type {{
                 *   (properties: shoal.content.v1.Manifest.$Shape): shoal.content.v1.Manifest & shoal.content.v1.Manifest.$Shape;
                 *   (properties?: shoal.content.v1.Manifest.$Properties): shoal.content.v1.Manifest;
                 * }}
                 */
                Manifest.create = function(properties) {
                    return new Manifest(properties);
                };

                /**
                 * Encodes the specified Manifest message. Does not implicitly {@link shoal.content.v1.Manifest.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.content.v1.Manifest
                 * @static
                 * @param {shoal.content.v1.Manifest.$Properties} message Manifest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Manifest.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.offset);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Manifest message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.content.v1.Manifest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Manifest & shoal.content.v1.Manifest.$Shape} Manifest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Manifest.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.content.v1.Manifest();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.offset = value;
                                else
                                    delete message.offset;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Manifest;
            })();

            v1.Chunks = (function() {

                /**
                 * Properties of a Chunks.
                 * @typedef {Object} shoal.content.v1.Chunks.$Properties
                 * @property {number|null} [first] Chunks first
                 * @property {number|null} [count] Chunks count
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Chunks.
                 * @memberof shoal.content.v1
                 * @interface IChunks
                 * @augments shoal.content.v1.Chunks.$Properties
                 * @deprecated Use shoal.content.v1.Chunks.$Properties instead.
                 */

                /**
                 * Shape of a Chunks.
                 * @typedef {shoal.content.v1.Chunks.$Properties} shoal.content.v1.Chunks.$Shape
                 */

                /**
                 * Constructs a new Chunks.
                 * @memberof shoal.content.v1
                 * @classdesc Represents a Chunks.
                 * @constructor
                 * @param {shoal.content.v1.Chunks.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Chunks = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Chunks first.
                 * @member {number} first
                 * @memberof shoal.content.v1.Chunks
                 * @instance
                 */
                Chunks.prototype.first = 0;

                /**
                 * Chunks count.
                 * @member {number} count
                 * @memberof shoal.content.v1.Chunks
                 * @instance
                 */
                Chunks.prototype.count = 0;

                /**
                 * Creates a new Chunks instance using the specified properties.
                 * @function create
                 * @memberof shoal.content.v1.Chunks
                 * @static
                 * @param {shoal.content.v1.Chunks.$Properties=} [properties] Properties to set
                 * @returns {shoal.content.v1.Chunks} Chunks instance
                 * @type {{
                 *   (properties: shoal.content.v1.Chunks.$Shape): shoal.content.v1.Chunks & shoal.content.v1.Chunks.$Shape;
                 *   (properties?: shoal.content.v1.Chunks.$Properties): shoal.content.v1.Chunks;
                 * }}
                 */
                Chunks.create = function(properties) {
                    return new Chunks(properties);
                };

                /**
                 * Encodes the specified Chunks message. Does not implicitly {@link shoal.content.v1.Chunks.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.content.v1.Chunks
                 * @static
                 * @param {shoal.content.v1.Chunks.$Properties} message Chunks message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Chunks.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.first != null && $Object.hasOwnProperty.call(message, "first") && message.first !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.first);
                    if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.count);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Chunks message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.content.v1.Chunks
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Chunks & shoal.content.v1.Chunks.$Shape} Chunks
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Chunks.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.content.v1.Chunks();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.first = value;
                                else
                                    delete message.first;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.count = value;
                                else
                                    delete message.count;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Chunks;
            })();

            v1.Chunk = (function() {

                /**
                 * Properties of a Chunk.
                 * @typedef {Object} shoal.content.v1.Chunk.$Properties
                 * @property {number|null} [entry] Chunk entry
                 * @property {number|null} [index] Chunk index
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Chunk.
                 * @memberof shoal.content.v1
                 * @interface IChunk
                 * @augments shoal.content.v1.Chunk.$Properties
                 * @deprecated Use shoal.content.v1.Chunk.$Properties instead.
                 */

                /**
                 * Shape of a Chunk.
                 * @typedef {shoal.content.v1.Chunk.$Properties} shoal.content.v1.Chunk.$Shape
                 */

                /**
                 * Constructs a new Chunk.
                 * @memberof shoal.content.v1
                 * @classdesc Represents a Chunk.
                 * @constructor
                 * @param {shoal.content.v1.Chunk.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Chunk = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Chunk entry.
                 * @member {number} entry
                 * @memberof shoal.content.v1.Chunk
                 * @instance
                 */
                Chunk.prototype.entry = 0;

                /**
                 * Chunk index.
                 * @member {number} index
                 * @memberof shoal.content.v1.Chunk
                 * @instance
                 */
                Chunk.prototype.index = 0;

                /**
                 * Creates a new Chunk instance using the specified properties.
                 * @function create
                 * @memberof shoal.content.v1.Chunk
                 * @static
                 * @param {shoal.content.v1.Chunk.$Properties=} [properties] Properties to set
                 * @returns {shoal.content.v1.Chunk} Chunk instance
                 * @type {{
                 *   (properties: shoal.content.v1.Chunk.$Shape): shoal.content.v1.Chunk & shoal.content.v1.Chunk.$Shape;
                 *   (properties?: shoal.content.v1.Chunk.$Properties): shoal.content.v1.Chunk;
                 * }}
                 */
                Chunk.create = function(properties) {
                    return new Chunk(properties);
                };

                /**
                 * Encodes the specified Chunk message. Does not implicitly {@link shoal.content.v1.Chunk.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.content.v1.Chunk
                 * @static
                 * @param {shoal.content.v1.Chunk.$Properties} message Chunk message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Chunk.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.entry != null && $Object.hasOwnProperty.call(message, "entry") && message.entry !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.entry);
                    if (message.index != null && $Object.hasOwnProperty.call(message, "index") && message.index !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.index);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Chunk message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.content.v1.Chunk
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Chunk & shoal.content.v1.Chunk.$Shape} Chunk
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Chunk.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.content.v1.Chunk();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.entry = value;
                                else
                                    delete message.entry;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.index = value;
                                else
                                    delete message.index;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Chunk;
            })();

            v1.Response = (function() {

                /**
                 * Properties of a Response.
                 * @typedef {Object} shoal.content.v1.Response.$Properties
                 * @property {shoal.content.v1.Response.Status|null} [status] Response status
                 * @property {Uint8Array|null} [data] Response data
                 * @property {boolean|null} [more] Response more
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Response.
                 * @memberof shoal.content.v1
                 * @interface IResponse
                 * @augments shoal.content.v1.Response.$Properties
                 * @deprecated Use shoal.content.v1.Response.$Properties instead.
                 */

                /**
                 * Shape of a Response.
                 * @typedef {shoal.content.v1.Response.$Properties} shoal.content.v1.Response.$Shape
                 */

                /**
                 * Constructs a new Response.
                 * @memberof shoal.content.v1
                 * @classdesc Represents a Response.
                 * @constructor
                 * @param {shoal.content.v1.Response.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Response = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Response status.
                 * @member {shoal.content.v1.Response.Status} status
                 * @memberof shoal.content.v1.Response
                 * @instance
                 */
                Response.prototype.status = 0;

                /**
                 * Response data.
                 * @member {Uint8Array} data
                 * @memberof shoal.content.v1.Response
                 * @instance
                 */
                Response.prototype.data = $util.newBuffer([]);

                /**
                 * Response more.
                 * @member {boolean} more
                 * @memberof shoal.content.v1.Response
                 * @instance
                 */
                Response.prototype.more = false;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @function create
                 * @memberof shoal.content.v1.Response
                 * @static
                 * @param {shoal.content.v1.Response.$Properties=} [properties] Properties to set
                 * @returns {shoal.content.v1.Response} Response instance
                 * @type {{
                 *   (properties: shoal.content.v1.Response.$Shape): shoal.content.v1.Response & shoal.content.v1.Response.$Shape;
                 *   (properties?: shoal.content.v1.Response.$Properties): shoal.content.v1.Response;
                 * }}
                 */
                Response.create = function(properties) {
                    return new Response(properties);
                };

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.content.v1.Response.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.content.v1.Response
                 * @static
                 * @param {shoal.content.v1.Response.$Properties} message Response message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Response.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).int32(message.status);
                    if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                        writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.data);
                    if (message.more != null && $Object.hasOwnProperty.call(message, "more") && message.more !== false)
                        writer.uint32(/* id 3, wireType 0 =*/24).bool(message.more);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.content.v1.Response
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.content.v1.Response & shoal.content.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Response.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.content.v1.Response();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.status = value;
                                else
                                    delete message.status;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.data = value;
                                else
                                    delete message.data;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.more = value;
                                else
                                    delete message.more;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Status enum.
                 * @name shoal.content.v1.Response.Status
                 * @enum {number}
                 * @property {number} STATUS_UNSPECIFIED=0 STATUS_UNSPECIFIED value
                 * @property {number} STATUS_OK=1 STATUS_OK value
                 * @property {number} STATUS_NOT_FOUND=2 STATUS_NOT_FOUND value
                 * @property {number} STATUS_REFUSED=3 STATUS_REFUSED value
                 * @property {number} STATUS_BUSY=4 STATUS_BUSY value
                 */
                Response.Status = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "STATUS_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "STATUS_OK"] = 1;
                    values[valuesById[2] = "STATUS_NOT_FOUND"] = 2;
                    values[valuesById[3] = "STATUS_REFUSED"] = 3;
                    values[valuesById[4] = "STATUS_BUSY"] = 4;
                    return values;
                })();

                return Response;
            })();

            return v1;
        })();

        return content;
    })();

    shoal.dcutr = (function() {

        /**
         * Namespace dcutr.
         * @memberof shoal
         * @namespace
         */
        const dcutr = {};

        dcutr.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.dcutr
             * @namespace
             */
            const v1 = {};

            v1.HolePunch = (function() {

                /**
                 * Properties of a HolePunch.
                 * @typedef {Object} shoal.dcutr.v1.HolePunch.$Properties
                 * @property {shoal.dcutr.v1.HolePunch.Type} type HolePunch type
                 * @property {Array.<Uint8Array>|null} [obsAddrs] HolePunch obsAddrs
                 * @property {shoal.dcutr.v1.Member.$Properties|null} [member] HolePunch member
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a HolePunch.
                 * @memberof shoal.dcutr.v1
                 * @interface IHolePunch
                 * @augments shoal.dcutr.v1.HolePunch.$Properties
                 * @deprecated Use shoal.dcutr.v1.HolePunch.$Properties instead.
                 */

                /**
                 * Shape of a HolePunch.
                 * @typedef {shoal.dcutr.v1.HolePunch.$Properties} shoal.dcutr.v1.HolePunch.$Shape
                 */

                /**
                 * Constructs a new HolePunch.
                 * @memberof shoal.dcutr.v1
                 * @classdesc Represents a HolePunch.
                 * @constructor
                 * @param {shoal.dcutr.v1.HolePunch.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const HolePunch = function (properties) {
                    this.obsAddrs = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * HolePunch type.
                 * @member {shoal.dcutr.v1.HolePunch.Type} type
                 * @memberof shoal.dcutr.v1.HolePunch
                 * @instance
                 */
                HolePunch.prototype.type = 100;

                /**
                 * HolePunch obsAddrs.
                 * @member {Array.<Uint8Array>} obsAddrs
                 * @memberof shoal.dcutr.v1.HolePunch
                 * @instance
                 */
                HolePunch.prototype.obsAddrs = $util.emptyArray;

                /**
                 * HolePunch member.
                 * @member {shoal.dcutr.v1.Member.$Properties|null|undefined} member
                 * @memberof shoal.dcutr.v1.HolePunch
                 * @instance
                 */
                HolePunch.prototype.member = null;

                /**
                 * Creates a new HolePunch instance using the specified properties.
                 * @function create
                 * @memberof shoal.dcutr.v1.HolePunch
                 * @static
                 * @param {shoal.dcutr.v1.HolePunch.$Properties=} [properties] Properties to set
                 * @returns {shoal.dcutr.v1.HolePunch} HolePunch instance
                 * @type {{
                 *   (properties: shoal.dcutr.v1.HolePunch.$Shape): shoal.dcutr.v1.HolePunch & shoal.dcutr.v1.HolePunch.$Shape;
                 *   (properties?: shoal.dcutr.v1.HolePunch.$Properties): shoal.dcutr.v1.HolePunch;
                 * }}
                 */
                HolePunch.create = function(properties) {
                    return new HolePunch(properties);
                };

                /**
                 * Encodes the specified HolePunch message. Does not implicitly {@link shoal.dcutr.v1.HolePunch.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.dcutr.v1.HolePunch
                 * @static
                 * @param {shoal.dcutr.v1.HolePunch.$Properties} message HolePunch message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                HolePunch.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.type);
                    if (message.obsAddrs != null && message.obsAddrs.length)
                        for (let i = 0; i < message.obsAddrs.length; ++i)
                            writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.obsAddrs[i]);
                    if (message.member != null && $Object.hasOwnProperty.call(message, "member"))
                        $root.shoal.dcutr.v1.Member.encode(message.member, writer.uint32(/* id 7001, wireType 2 =*/56010).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a HolePunch message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.dcutr.v1.HolePunch
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.dcutr.v1.HolePunch & shoal.dcutr.v1.HolePunch.$Shape} HolePunch
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                HolePunch.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.dcutr.v1.HolePunch();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                value = reader.int32();
                                if ($root.shoal.dcutr.v1.HolePunch.Type[value] !== $undefined)
                                    message.type = value;
                                else if (!reader.discardUnknown) {
                                    $util.makeProp(message, "$unknowns", false);
                                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                                }
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.obsAddrs && message.obsAddrs.length))
                                    message.obsAddrs = [];
                                message.obsAddrs.push(reader.bytes());
                                continue;
                            }
                        case 7001: {
                                if (wireType !== 2)
                                    break;
                                message.member = $root.shoal.dcutr.v1.Member.decode(reader, reader.size(), $undefined, _depth + 1, message.member);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    if (!$Object.hasOwnProperty.call(message, "type"))
                        throw $util.ProtocolError("missing required 'type'", { instance: message });
                    return message;
                };

                /**
                 * Type enum.
                 * @name shoal.dcutr.v1.HolePunch.Type
                 * @enum {number}
                 * @property {number} CONNECT=100 CONNECT value
                 * @property {number} SYNC=300 SYNC value
                 */
                HolePunch.Type = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[100] = "CONNECT"] = 100;
                    values[valuesById[300] = "SYNC"] = 300;
                    return values;
                })();

                return HolePunch;
            })();

            v1.Member = (function() {

                /**
                 * Properties of a Member.
                 * @typedef {Object} shoal.dcutr.v1.Member.$Properties
                 * @property {number|null} [version] Member version
                 * @property {Uint8Array|null} [punchId] Member punchId
                 * @property {Uint8Array|null} [key] Member key
                 * @property {shoal.dcutr.v1.Nat.$Properties|null} [nat] Member nat
                 * @property {Array.<Uint8Array>|null} [lan] Member lan
                 * @property {number|null} [attempt] Member attempt
                 * @property {boolean|null} [maySearch] Member maySearch
                 * @property {shoal.dcutr.v1.Plan.$Properties|null} [plan] Member plan
                 * @property {boolean|null} [mayPairBlocks] Member mayPairBlocks
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Member.
                 * @memberof shoal.dcutr.v1
                 * @interface IMember
                 * @augments shoal.dcutr.v1.Member.$Properties
                 * @deprecated Use shoal.dcutr.v1.Member.$Properties instead.
                 */

                /**
                 * Shape of a Member.
                 * @typedef {shoal.dcutr.v1.Member.$Properties} shoal.dcutr.v1.Member.$Shape
                 */

                /**
                 * Constructs a new Member.
                 * @memberof shoal.dcutr.v1
                 * @classdesc Represents a Member.
                 * @constructor
                 * @param {shoal.dcutr.v1.Member.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Member = function (properties) {
                    this.lan = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Member version.
                 * @member {number} version
                 * @memberof shoal.dcutr.v1.Member
                 * @instance
                 */
                Member.prototype.version = 0;

                /**
                 * Member punchId.
                 * @member {Uint8Array} punchId
                 * @memberof shoal.dcutr.v1.Member
                 * @instance
                 */
                Member.prototype.punchId = $util.newBuffer([]);

                /**
                 * Member key.
                 * @member {Uint8Array} key
                 * @memberof shoal.dcutr.v1.Member
                 * @instance
                 */
                Member.prototype.key = $util.newBuffer([]);

                /**
                 * Member nat.
                 * @member {shoal.dcutr.v1.Nat.$Properties|null|undefined} nat
                 * @memberof shoal.dcutr.v1.Member
                 * @instance
                 */
                Member.prototype.nat = null;

                /**
                 * Member lan.
                 * @member {Array.<Uint8Array>} lan
                 * @memberof shoal.dcutr.v1.Member
                 * @instance
                 */
                Member.prototype.lan = $util.emptyArray;

                /**
                 * Member attempt.
                 * @member {number} attempt
                 * @memberof shoal.dcutr.v1.Member
                 * @instance
                 */
                Member.prototype.attempt = 0;

                /**
                 * Member maySearch.
                 * @member {boolean} maySearch
                 * @memberof shoal.dcutr.v1.Member
                 * @instance
                 */
                Member.prototype.maySearch = false;

                /**
                 * Member plan.
                 * @member {shoal.dcutr.v1.Plan.$Properties|null|undefined} plan
                 * @memberof shoal.dcutr.v1.Member
                 * @instance
                 */
                Member.prototype.plan = null;

                /**
                 * Member mayPairBlocks.
                 * @member {boolean} mayPairBlocks
                 * @memberof shoal.dcutr.v1.Member
                 * @instance
                 */
                Member.prototype.mayPairBlocks = false;

                /**
                 * Creates a new Member instance using the specified properties.
                 * @function create
                 * @memberof shoal.dcutr.v1.Member
                 * @static
                 * @param {shoal.dcutr.v1.Member.$Properties=} [properties] Properties to set
                 * @returns {shoal.dcutr.v1.Member} Member instance
                 * @type {{
                 *   (properties: shoal.dcutr.v1.Member.$Shape): shoal.dcutr.v1.Member & shoal.dcutr.v1.Member.$Shape;
                 *   (properties?: shoal.dcutr.v1.Member.$Properties): shoal.dcutr.v1.Member;
                 * }}
                 */
                Member.create = function(properties) {
                    return new Member(properties);
                };

                /**
                 * Encodes the specified Member message. Does not implicitly {@link shoal.dcutr.v1.Member.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.dcutr.v1.Member
                 * @static
                 * @param {shoal.dcutr.v1.Member.$Properties} message Member message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Member.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.version);
                    if (message.punchId != null && $Object.hasOwnProperty.call(message, "punchId"))
                        writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.punchId);
                    if (message.key != null && $Object.hasOwnProperty.call(message, "key"))
                        writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.key);
                    if (message.nat != null && $Object.hasOwnProperty.call(message, "nat"))
                        $root.shoal.dcutr.v1.Nat.encode(message.nat, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                    if (message.lan != null && message.lan.length)
                        for (let i = 0; i < message.lan.length; ++i)
                            writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.lan[i]);
                    if (message.attempt != null && $Object.hasOwnProperty.call(message, "attempt"))
                        writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.attempt);
                    if (message.maySearch != null && $Object.hasOwnProperty.call(message, "maySearch"))
                        writer.uint32(/* id 7, wireType 0 =*/56).bool(message.maySearch);
                    if (message.plan != null && $Object.hasOwnProperty.call(message, "plan"))
                        $root.shoal.dcutr.v1.Plan.encode(message.plan, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                    if (message.mayPairBlocks != null && $Object.hasOwnProperty.call(message, "mayPairBlocks"))
                        writer.uint32(/* id 9, wireType 0 =*/72).bool(message.mayPairBlocks);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Member message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.dcutr.v1.Member
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.dcutr.v1.Member & shoal.dcutr.v1.Member.$Shape} Member
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Member.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.dcutr.v1.Member();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.version = reader.uint32();
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.punchId = reader.bytes();
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.key = reader.bytes();
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.nat = $root.shoal.dcutr.v1.Nat.decode(reader, reader.size(), $undefined, _depth + 1, message.nat);
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.lan && message.lan.length))
                                    message.lan = [];
                                message.lan.push(reader.bytes());
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                message.attempt = reader.uint32();
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                message.maySearch = reader.bool();
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.plan = $root.shoal.dcutr.v1.Plan.decode(reader, reader.size(), $undefined, _depth + 1, message.plan);
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                message.mayPairBlocks = reader.bool();
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Member;
            })();

            v1.Nat = (function() {

                /**
                 * Properties of a Nat.
                 * @typedef {Object} shoal.dcutr.v1.Nat.$Properties
                 * @property {number|null} [name] Nat name
                 * @property {number|null} [mapping] Nat mapping
                 * @property {number|null} [filtering] Nat filtering
                 * @property {number|null} [ports] Nat ports
                 * @property {number|null} [portMin] Nat portMin
                 * @property {number|null} [portMax] Nat portMax
                 * @property {number|null} [portDelta] Nat portDelta
                 * @property {number|null} [lifetimeMs] Nat lifetimeMs
                 * @property {boolean|null} [mapped] Nat mapped
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Nat.
                 * @memberof shoal.dcutr.v1
                 * @interface INat
                 * @augments shoal.dcutr.v1.Nat.$Properties
                 * @deprecated Use shoal.dcutr.v1.Nat.$Properties instead.
                 */

                /**
                 * Shape of a Nat.
                 * @typedef {shoal.dcutr.v1.Nat.$Properties} shoal.dcutr.v1.Nat.$Shape
                 */

                /**
                 * Constructs a new Nat.
                 * @memberof shoal.dcutr.v1
                 * @classdesc Represents a Nat.
                 * @constructor
                 * @param {shoal.dcutr.v1.Nat.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Nat = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Nat name.
                 * @member {number} name
                 * @memberof shoal.dcutr.v1.Nat
                 * @instance
                 */
                Nat.prototype.name = 0;

                /**
                 * Nat mapping.
                 * @member {number} mapping
                 * @memberof shoal.dcutr.v1.Nat
                 * @instance
                 */
                Nat.prototype.mapping = 0;

                /**
                 * Nat filtering.
                 * @member {number} filtering
                 * @memberof shoal.dcutr.v1.Nat
                 * @instance
                 */
                Nat.prototype.filtering = 0;

                /**
                 * Nat ports.
                 * @member {number} ports
                 * @memberof shoal.dcutr.v1.Nat
                 * @instance
                 */
                Nat.prototype.ports = 0;

                /**
                 * Nat portMin.
                 * @member {number} portMin
                 * @memberof shoal.dcutr.v1.Nat
                 * @instance
                 */
                Nat.prototype.portMin = 0;

                /**
                 * Nat portMax.
                 * @member {number} portMax
                 * @memberof shoal.dcutr.v1.Nat
                 * @instance
                 */
                Nat.prototype.portMax = 0;

                /**
                 * Nat portDelta.
                 * @member {number} portDelta
                 * @memberof shoal.dcutr.v1.Nat
                 * @instance
                 */
                Nat.prototype.portDelta = 0;

                /**
                 * Nat lifetimeMs.
                 * @member {number} lifetimeMs
                 * @memberof shoal.dcutr.v1.Nat
                 * @instance
                 */
                Nat.prototype.lifetimeMs = 0;

                /**
                 * Nat mapped.
                 * @member {boolean} mapped
                 * @memberof shoal.dcutr.v1.Nat
                 * @instance
                 */
                Nat.prototype.mapped = false;

                /**
                 * Creates a new Nat instance using the specified properties.
                 * @function create
                 * @memberof shoal.dcutr.v1.Nat
                 * @static
                 * @param {shoal.dcutr.v1.Nat.$Properties=} [properties] Properties to set
                 * @returns {shoal.dcutr.v1.Nat} Nat instance
                 * @type {{
                 *   (properties: shoal.dcutr.v1.Nat.$Shape): shoal.dcutr.v1.Nat & shoal.dcutr.v1.Nat.$Shape;
                 *   (properties?: shoal.dcutr.v1.Nat.$Properties): shoal.dcutr.v1.Nat;
                 * }}
                 */
                Nat.create = function(properties) {
                    return new Nat(properties);
                };

                /**
                 * Encodes the specified Nat message. Does not implicitly {@link shoal.dcutr.v1.Nat.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.dcutr.v1.Nat
                 * @static
                 * @param {shoal.dcutr.v1.Nat.$Properties} message Nat message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Nat.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.name);
                    if (message.mapping != null && $Object.hasOwnProperty.call(message, "mapping"))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.mapping);
                    if (message.filtering != null && $Object.hasOwnProperty.call(message, "filtering"))
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.filtering);
                    if (message.ports != null && $Object.hasOwnProperty.call(message, "ports"))
                        writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.ports);
                    if (message.portMin != null && $Object.hasOwnProperty.call(message, "portMin"))
                        writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.portMin);
                    if (message.portMax != null && $Object.hasOwnProperty.call(message, "portMax"))
                        writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.portMax);
                    if (message.portDelta != null && $Object.hasOwnProperty.call(message, "portDelta"))
                        writer.uint32(/* id 7, wireType 0 =*/56).sint32(message.portDelta);
                    if (message.lifetimeMs != null && $Object.hasOwnProperty.call(message, "lifetimeMs"))
                        writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.lifetimeMs);
                    if (message.mapped != null && $Object.hasOwnProperty.call(message, "mapped"))
                        writer.uint32(/* id 9, wireType 0 =*/72).bool(message.mapped);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Nat message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.dcutr.v1.Nat
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.dcutr.v1.Nat & shoal.dcutr.v1.Nat.$Shape} Nat
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Nat.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.dcutr.v1.Nat();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.name = reader.uint32();
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.mapping = reader.uint32();
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.filtering = reader.uint32();
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.ports = reader.uint32();
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.portMin = reader.uint32();
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                message.portMax = reader.uint32();
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                message.portDelta = reader.sint32();
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                message.lifetimeMs = reader.uint32();
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                message.mapped = reader.bool();
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Nat;
            })();

            v1.Plan = (function() {

                /**
                 * Properties of a Plan.
                 * @typedef {Object} shoal.dcutr.v1.Plan.$Properties
                 * @property {number|null} [method] Plan method
                 * @property {boolean|null} [responderDials] Plan responderDials
                 * @property {number|null} [reason] Plan reason
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Plan.
                 * @memberof shoal.dcutr.v1
                 * @interface IPlan
                 * @augments shoal.dcutr.v1.Plan.$Properties
                 * @deprecated Use shoal.dcutr.v1.Plan.$Properties instead.
                 */

                /**
                 * Shape of a Plan.
                 * @typedef {shoal.dcutr.v1.Plan.$Properties} shoal.dcutr.v1.Plan.$Shape
                 */

                /**
                 * Constructs a new Plan.
                 * @memberof shoal.dcutr.v1
                 * @classdesc Represents a Plan.
                 * @constructor
                 * @param {shoal.dcutr.v1.Plan.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Plan = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Plan method.
                 * @member {number} method
                 * @memberof shoal.dcutr.v1.Plan
                 * @instance
                 */
                Plan.prototype.method = 0;

                /**
                 * Plan responderDials.
                 * @member {boolean} responderDials
                 * @memberof shoal.dcutr.v1.Plan
                 * @instance
                 */
                Plan.prototype.responderDials = false;

                /**
                 * Plan reason.
                 * @member {number} reason
                 * @memberof shoal.dcutr.v1.Plan
                 * @instance
                 */
                Plan.prototype.reason = 0;

                /**
                 * Creates a new Plan instance using the specified properties.
                 * @function create
                 * @memberof shoal.dcutr.v1.Plan
                 * @static
                 * @param {shoal.dcutr.v1.Plan.$Properties=} [properties] Properties to set
                 * @returns {shoal.dcutr.v1.Plan} Plan instance
                 * @type {{
                 *   (properties: shoal.dcutr.v1.Plan.$Shape): shoal.dcutr.v1.Plan & shoal.dcutr.v1.Plan.$Shape;
                 *   (properties?: shoal.dcutr.v1.Plan.$Properties): shoal.dcutr.v1.Plan;
                 * }}
                 */
                Plan.create = function(properties) {
                    return new Plan(properties);
                };

                /**
                 * Encodes the specified Plan message. Does not implicitly {@link shoal.dcutr.v1.Plan.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.dcutr.v1.Plan
                 * @static
                 * @param {shoal.dcutr.v1.Plan.$Properties} message Plan message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Plan.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.method != null && $Object.hasOwnProperty.call(message, "method"))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.method);
                    if (message.responderDials != null && $Object.hasOwnProperty.call(message, "responderDials"))
                        writer.uint32(/* id 2, wireType 0 =*/16).bool(message.responderDials);
                    if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.reason);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Plan message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.dcutr.v1.Plan
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.dcutr.v1.Plan & shoal.dcutr.v1.Plan.$Shape} Plan
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Plan.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.dcutr.v1.Plan();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.method = reader.uint32();
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.responderDials = reader.bool();
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.reason = reader.uint32();
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Plan;
            })();

            return v1;
        })();

        return dcutr;
    })();

    shoal.enrol = (function() {

        /**
         * Namespace enrol.
         * @memberof shoal
         * @namespace
         */
        const enrol = {};

        enrol.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.enrol
             * @namespace
             */
            const v1 = {};

            v1.Request = (function() {

                /**
                 * Properties of a Request.
                 * @typedef {Object} shoal.enrol.v1.Request.$Properties
                 * @property {Uint8Array|null} [membership] Request membership
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Request.
                 * @memberof shoal.enrol.v1
                 * @interface IRequest
                 * @augments shoal.enrol.v1.Request.$Properties
                 * @deprecated Use shoal.enrol.v1.Request.$Properties instead.
                 */

                /**
                 * Shape of a Request.
                 * @typedef {shoal.enrol.v1.Request.$Properties} shoal.enrol.v1.Request.$Shape
                 */

                /**
                 * Constructs a new Request.
                 * @memberof shoal.enrol.v1
                 * @classdesc Represents a Request.
                 * @constructor
                 * @param {shoal.enrol.v1.Request.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Request = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Request membership.
                 * @member {Uint8Array} membership
                 * @memberof shoal.enrol.v1.Request
                 * @instance
                 */
                Request.prototype.membership = $util.newBuffer([]);

                /**
                 * Creates a new Request instance using the specified properties.
                 * @function create
                 * @memberof shoal.enrol.v1.Request
                 * @static
                 * @param {shoal.enrol.v1.Request.$Properties=} [properties] Properties to set
                 * @returns {shoal.enrol.v1.Request} Request instance
                 * @type {{
                 *   (properties: shoal.enrol.v1.Request.$Shape): shoal.enrol.v1.Request & shoal.enrol.v1.Request.$Shape;
                 *   (properties?: shoal.enrol.v1.Request.$Properties): shoal.enrol.v1.Request;
                 * }}
                 */
                Request.create = function(properties) {
                    return new Request(properties);
                };

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.enrol.v1.Request.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.enrol.v1.Request
                 * @static
                 * @param {shoal.enrol.v1.Request.$Properties} message Request message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Request.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.membership != null && $Object.hasOwnProperty.call(message, "membership") && message.membership.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.membership);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.enrol.v1.Request
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.enrol.v1.Request & shoal.enrol.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Request.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.enrol.v1.Request();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.membership = value;
                                else
                                    delete message.membership;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Request;
            })();

            v1.Response = (function() {

                /**
                 * Properties of a Response.
                 * @typedef {Object} shoal.enrol.v1.Response.$Properties
                 * @property {shoal.enrol.v1.Response.Status|null} [status] Response status
                 * @property {Uint8Array|null} [membership] Response membership
                 * @property {Uint8Array|null} [coordinator] Response coordinator
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Response.
                 * @memberof shoal.enrol.v1
                 * @interface IResponse
                 * @augments shoal.enrol.v1.Response.$Properties
                 * @deprecated Use shoal.enrol.v1.Response.$Properties instead.
                 */

                /**
                 * Shape of a Response.
                 * @typedef {shoal.enrol.v1.Response.$Properties} shoal.enrol.v1.Response.$Shape
                 */

                /**
                 * Constructs a new Response.
                 * @memberof shoal.enrol.v1
                 * @classdesc Represents a Response.
                 * @constructor
                 * @param {shoal.enrol.v1.Response.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Response = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Response status.
                 * @member {shoal.enrol.v1.Response.Status} status
                 * @memberof shoal.enrol.v1.Response
                 * @instance
                 */
                Response.prototype.status = 0;

                /**
                 * Response membership.
                 * @member {Uint8Array} membership
                 * @memberof shoal.enrol.v1.Response
                 * @instance
                 */
                Response.prototype.membership = $util.newBuffer([]);

                /**
                 * Response coordinator.
                 * @member {Uint8Array} coordinator
                 * @memberof shoal.enrol.v1.Response
                 * @instance
                 */
                Response.prototype.coordinator = $util.newBuffer([]);

                /**
                 * Creates a new Response instance using the specified properties.
                 * @function create
                 * @memberof shoal.enrol.v1.Response
                 * @static
                 * @param {shoal.enrol.v1.Response.$Properties=} [properties] Properties to set
                 * @returns {shoal.enrol.v1.Response} Response instance
                 * @type {{
                 *   (properties: shoal.enrol.v1.Response.$Shape): shoal.enrol.v1.Response & shoal.enrol.v1.Response.$Shape;
                 *   (properties?: shoal.enrol.v1.Response.$Properties): shoal.enrol.v1.Response;
                 * }}
                 */
                Response.create = function(properties) {
                    return new Response(properties);
                };

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.enrol.v1.Response.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.enrol.v1.Response
                 * @static
                 * @param {shoal.enrol.v1.Response.$Properties} message Response message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Response.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).int32(message.status);
                    if (message.membership != null && $Object.hasOwnProperty.call(message, "membership") && message.membership.length)
                        writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.membership);
                    if (message.coordinator != null && $Object.hasOwnProperty.call(message, "coordinator") && message.coordinator.length)
                        writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.coordinator);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.enrol.v1.Response
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.enrol.v1.Response & shoal.enrol.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Response.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.enrol.v1.Response();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.status = value;
                                else
                                    delete message.status;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.membership = value;
                                else
                                    delete message.membership;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.coordinator = value;
                                else
                                    delete message.coordinator;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Status enum.
                 * @name shoal.enrol.v1.Response.Status
                 * @enum {number}
                 * @property {number} STATUS_UNSPECIFIED=0 STATUS_UNSPECIFIED value
                 * @property {number} STATUS_OK=1 STATUS_OK value
                 * @property {number} STATUS_TICKET_EXPIRED=2 STATUS_TICKET_EXPIRED value
                 * @property {number} STATUS_TICKET_USED_UP=3 STATUS_TICKET_USED_UP value
                 * @property {number} STATUS_TICKET_REVOKED=4 STATUS_TICKET_REVOKED value
                 * @property {number} STATUS_FOREIGN_FLEET=5 STATUS_FOREIGN_FLEET value
                 * @property {number} STATUS_NAME_TAKEN=6 STATUS_NAME_TAKEN value
                 * @property {number} STATUS_REFUSED=7 STATUS_REFUSED value
                 * @property {number} STATUS_BUSY=8 STATUS_BUSY value
                 */
                Response.Status = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "STATUS_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "STATUS_OK"] = 1;
                    values[valuesById[2] = "STATUS_TICKET_EXPIRED"] = 2;
                    values[valuesById[3] = "STATUS_TICKET_USED_UP"] = 3;
                    values[valuesById[4] = "STATUS_TICKET_REVOKED"] = 4;
                    values[valuesById[5] = "STATUS_FOREIGN_FLEET"] = 5;
                    values[valuesById[6] = "STATUS_NAME_TAKEN"] = 6;
                    values[valuesById[7] = "STATUS_REFUSED"] = 7;
                    values[valuesById[8] = "STATUS_BUSY"] = 8;
                    return values;
                })();

                return Response;
            })();

            return v1;
        })();

        return enrol;
    })();

    shoal.hello = (function() {

        /**
         * Namespace hello.
         * @memberof shoal
         * @namespace
         */
        const hello = {};

        hello.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.hello
             * @namespace
             */
            const v1 = {};

            v1.Request = (function() {

                /**
                 * Properties of a Request.
                 * @typedef {Object} shoal.hello.v1.Request.$Properties
                 * @property {Uint8Array|null} [membership] Request membership
                 * @property {number|null} [revocations] Request revocations
                 * @property {string|null} [fleet] Request fleet
                 * @property {number|null} [addresses] Request addresses
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Request.
                 * @memberof shoal.hello.v1
                 * @interface IRequest
                 * @augments shoal.hello.v1.Request.$Properties
                 * @deprecated Use shoal.hello.v1.Request.$Properties instead.
                 */

                /**
                 * Shape of a Request.
                 * @typedef {shoal.hello.v1.Request.$Properties} shoal.hello.v1.Request.$Shape
                 */

                /**
                 * Constructs a new Request.
                 * @memberof shoal.hello.v1
                 * @classdesc Represents a Request.
                 * @constructor
                 * @param {shoal.hello.v1.Request.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Request = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Request membership.
                 * @member {Uint8Array} membership
                 * @memberof shoal.hello.v1.Request
                 * @instance
                 */
                Request.prototype.membership = $util.newBuffer([]);

                /**
                 * Request revocations.
                 * @member {number} revocations
                 * @memberof shoal.hello.v1.Request
                 * @instance
                 */
                Request.prototype.revocations = 0;

                /**
                 * Request fleet.
                 * @member {string} fleet
                 * @memberof shoal.hello.v1.Request
                 * @instance
                 */
                Request.prototype.fleet = "";

                /**
                 * Request addresses.
                 * @member {number} addresses
                 * @memberof shoal.hello.v1.Request
                 * @instance
                 */
                Request.prototype.addresses = 0;

                /**
                 * Creates a new Request instance using the specified properties.
                 * @function create
                 * @memberof shoal.hello.v1.Request
                 * @static
                 * @param {shoal.hello.v1.Request.$Properties=} [properties] Properties to set
                 * @returns {shoal.hello.v1.Request} Request instance
                 * @type {{
                 *   (properties: shoal.hello.v1.Request.$Shape): shoal.hello.v1.Request & shoal.hello.v1.Request.$Shape;
                 *   (properties?: shoal.hello.v1.Request.$Properties): shoal.hello.v1.Request;
                 * }}
                 */
                Request.create = function(properties) {
                    return new Request(properties);
                };

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.hello.v1.Request.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.hello.v1.Request
                 * @static
                 * @param {shoal.hello.v1.Request.$Properties} message Request message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Request.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.membership != null && $Object.hasOwnProperty.call(message, "membership") && message.membership.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.membership);
                    if (message.revocations != null && $Object.hasOwnProperty.call(message, "revocations") && message.revocations !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.revocations);
                    if (message.fleet != null && $Object.hasOwnProperty.call(message, "fleet") && message.fleet !== "")
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.fleet);
                    if (message.addresses != null && $Object.hasOwnProperty.call(message, "addresses") && message.addresses !== 0)
                        writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.addresses);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.hello.v1.Request
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.hello.v1.Request & shoal.hello.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Request.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.hello.v1.Request();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.membership = value;
                                else
                                    delete message.membership;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.revocations = value;
                                else
                                    delete message.revocations;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.fleet = value;
                                else
                                    delete message.fleet;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.addresses = value;
                                else
                                    delete message.addresses;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Request;
            })();

            v1.Response = (function() {

                /**
                 * Properties of a Response.
                 * @typedef {Object} shoal.hello.v1.Response.$Properties
                 * @property {shoal.hello.v1.Response.Status|null} [status] Response status
                 * @property {Uint8Array|null} [membership] Response membership
                 * @property {Uint8Array|null} [revocationList] Response revocationList
                 * @property {number|null} [addresses] Response addresses
                 * @property {Uint8Array|null} [addressRecord] Response addressRecord
                 * @property {number|null} [revocations] Response revocations
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Response.
                 * @memberof shoal.hello.v1
                 * @interface IResponse
                 * @augments shoal.hello.v1.Response.$Properties
                 * @deprecated Use shoal.hello.v1.Response.$Properties instead.
                 */

                /**
                 * Shape of a Response.
                 * @typedef {shoal.hello.v1.Response.$Properties} shoal.hello.v1.Response.$Shape
                 */

                /**
                 * Constructs a new Response.
                 * @memberof shoal.hello.v1
                 * @classdesc Represents a Response.
                 * @constructor
                 * @param {shoal.hello.v1.Response.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Response = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Response status.
                 * @member {shoal.hello.v1.Response.Status} status
                 * @memberof shoal.hello.v1.Response
                 * @instance
                 */
                Response.prototype.status = 0;

                /**
                 * Response membership.
                 * @member {Uint8Array} membership
                 * @memberof shoal.hello.v1.Response
                 * @instance
                 */
                Response.prototype.membership = $util.newBuffer([]);

                /**
                 * Response revocationList.
                 * @member {Uint8Array} revocationList
                 * @memberof shoal.hello.v1.Response
                 * @instance
                 */
                Response.prototype.revocationList = $util.newBuffer([]);

                /**
                 * Response addresses.
                 * @member {number} addresses
                 * @memberof shoal.hello.v1.Response
                 * @instance
                 */
                Response.prototype.addresses = 0;

                /**
                 * Response addressRecord.
                 * @member {Uint8Array} addressRecord
                 * @memberof shoal.hello.v1.Response
                 * @instance
                 */
                Response.prototype.addressRecord = $util.newBuffer([]);

                /**
                 * Response revocations.
                 * @member {number} revocations
                 * @memberof shoal.hello.v1.Response
                 * @instance
                 */
                Response.prototype.revocations = 0;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @function create
                 * @memberof shoal.hello.v1.Response
                 * @static
                 * @param {shoal.hello.v1.Response.$Properties=} [properties] Properties to set
                 * @returns {shoal.hello.v1.Response} Response instance
                 * @type {{
                 *   (properties: shoal.hello.v1.Response.$Shape): shoal.hello.v1.Response & shoal.hello.v1.Response.$Shape;
                 *   (properties?: shoal.hello.v1.Response.$Properties): shoal.hello.v1.Response;
                 * }}
                 */
                Response.create = function(properties) {
                    return new Response(properties);
                };

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.hello.v1.Response.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.hello.v1.Response
                 * @static
                 * @param {shoal.hello.v1.Response.$Properties} message Response message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Response.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).int32(message.status);
                    if (message.membership != null && $Object.hasOwnProperty.call(message, "membership") && message.membership.length)
                        writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.membership);
                    if (message.revocationList != null && $Object.hasOwnProperty.call(message, "revocationList") && message.revocationList.length)
                        writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.revocationList);
                    if (message.addresses != null && $Object.hasOwnProperty.call(message, "addresses") && message.addresses !== 0)
                        writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.addresses);
                    if (message.addressRecord != null && $Object.hasOwnProperty.call(message, "addressRecord") && message.addressRecord.length)
                        writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.addressRecord);
                    if (message.revocations != null && $Object.hasOwnProperty.call(message, "revocations") && message.revocations !== 0)
                        writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.revocations);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.hello.v1.Response
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.hello.v1.Response & shoal.hello.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Response.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.hello.v1.Response();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.status = value;
                                else
                                    delete message.status;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.membership = value;
                                else
                                    delete message.membership;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.revocationList = value;
                                else
                                    delete message.revocationList;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.addresses = value;
                                else
                                    delete message.addresses;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.addressRecord = value;
                                else
                                    delete message.addressRecord;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.revocations = value;
                                else
                                    delete message.revocations;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Status enum.
                 * @name shoal.hello.v1.Response.Status
                 * @enum {number}
                 * @property {number} STATUS_UNSPECIFIED=0 STATUS_UNSPECIFIED value
                 * @property {number} STATUS_OK=1 STATUS_OK value
                 * @property {number} STATUS_NOT_ENROLLED=2 STATUS_NOT_ENROLLED value
                 * @property {number} STATUS_FOREIGN_FLEET=3 STATUS_FOREIGN_FLEET value
                 * @property {number} STATUS_REVOKED=4 STATUS_REVOKED value
                 * @property {number} STATUS_EXPIRED=5 STATUS_EXPIRED value
                 * @property {number} STATUS_REFUSED=6 STATUS_REFUSED value
                 */
                Response.Status = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "STATUS_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "STATUS_OK"] = 1;
                    values[valuesById[2] = "STATUS_NOT_ENROLLED"] = 2;
                    values[valuesById[3] = "STATUS_FOREIGN_FLEET"] = 3;
                    values[valuesById[4] = "STATUS_REVOKED"] = 4;
                    values[valuesById[5] = "STATUS_EXPIRED"] = 5;
                    values[valuesById[6] = "STATUS_REFUSED"] = 6;
                    return values;
                })();

                return Response;
            })();

            return v1;
        })();

        return hello;
    })();

    shoal.observe = (function() {

        /**
         * Namespace observe.
         * @memberof shoal
         * @namespace
         */
        const observe = {};

        observe.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.observe
             * @namespace
             */
            const v1 = {};

            v1.Request = (function() {

                /**
                 * Properties of a Request.
                 * @typedef {Object} shoal.observe.v1.Request.$Properties
                 * @property {number|null} [testPort] Request testPort
                 * @property {boolean|null} [testAsStranger] Request testAsStranger
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Request.
                 * @memberof shoal.observe.v1
                 * @interface IRequest
                 * @augments shoal.observe.v1.Request.$Properties
                 * @deprecated Use shoal.observe.v1.Request.$Properties instead.
                 */

                /**
                 * Shape of a Request.
                 * @typedef {shoal.observe.v1.Request.$Properties} shoal.observe.v1.Request.$Shape
                 */

                /**
                 * Constructs a new Request.
                 * @memberof shoal.observe.v1
                 * @classdesc Represents a Request.
                 * @constructor
                 * @param {shoal.observe.v1.Request.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Request = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Request testPort.
                 * @member {number} testPort
                 * @memberof shoal.observe.v1.Request
                 * @instance
                 */
                Request.prototype.testPort = 0;

                /**
                 * Request testAsStranger.
                 * @member {boolean} testAsStranger
                 * @memberof shoal.observe.v1.Request
                 * @instance
                 */
                Request.prototype.testAsStranger = false;

                /**
                 * Creates a new Request instance using the specified properties.
                 * @function create
                 * @memberof shoal.observe.v1.Request
                 * @static
                 * @param {shoal.observe.v1.Request.$Properties=} [properties] Properties to set
                 * @returns {shoal.observe.v1.Request} Request instance
                 * @type {{
                 *   (properties: shoal.observe.v1.Request.$Shape): shoal.observe.v1.Request & shoal.observe.v1.Request.$Shape;
                 *   (properties?: shoal.observe.v1.Request.$Properties): shoal.observe.v1.Request;
                 * }}
                 */
                Request.create = function(properties) {
                    return new Request(properties);
                };

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.observe.v1.Request.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.observe.v1.Request
                 * @static
                 * @param {shoal.observe.v1.Request.$Properties} message Request message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Request.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.testPort != null && $Object.hasOwnProperty.call(message, "testPort") && message.testPort !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.testPort);
                    if (message.testAsStranger != null && $Object.hasOwnProperty.call(message, "testAsStranger") && message.testAsStranger !== false)
                        writer.uint32(/* id 2, wireType 0 =*/16).bool(message.testAsStranger);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.observe.v1.Request
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.observe.v1.Request & shoal.observe.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Request.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.observe.v1.Request();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.testPort = value;
                                else
                                    delete message.testPort;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.testAsStranger = value;
                                else
                                    delete message.testAsStranger;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Request;
            })();

            v1.Response = (function() {

                /**
                 * Properties of a Response.
                 * @typedef {Object} shoal.observe.v1.Response.$Properties
                 * @property {Uint8Array|null} [address] Response address
                 * @property {Uint8Array|null} [session] Response session
                 * @property {Uint8Array|null} [key] Response key
                 * @property {Array.<shoal.observe.v1.Endpoint.$Properties>|null} [endpoints] Response endpoints
                 * @property {boolean|null} [tested] Response tested
                 * @property {number|null} [count] Response count
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Response.
                 * @memberof shoal.observe.v1
                 * @interface IResponse
                 * @augments shoal.observe.v1.Response.$Properties
                 * @deprecated Use shoal.observe.v1.Response.$Properties instead.
                 */

                /**
                 * Shape of a Response.
                 * @typedef {shoal.observe.v1.Response.$Properties} shoal.observe.v1.Response.$Shape
                 */

                /**
                 * Constructs a new Response.
                 * @memberof shoal.observe.v1
                 * @classdesc Represents a Response.
                 * @constructor
                 * @param {shoal.observe.v1.Response.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Response = function (properties) {
                    this.endpoints = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Response address.
                 * @member {Uint8Array} address
                 * @memberof shoal.observe.v1.Response
                 * @instance
                 */
                Response.prototype.address = $util.newBuffer([]);

                /**
                 * Response session.
                 * @member {Uint8Array} session
                 * @memberof shoal.observe.v1.Response
                 * @instance
                 */
                Response.prototype.session = $util.newBuffer([]);

                /**
                 * Response key.
                 * @member {Uint8Array} key
                 * @memberof shoal.observe.v1.Response
                 * @instance
                 */
                Response.prototype.key = $util.newBuffer([]);

                /**
                 * Response endpoints.
                 * @member {Array.<shoal.observe.v1.Endpoint.$Properties>} endpoints
                 * @memberof shoal.observe.v1.Response
                 * @instance
                 */
                Response.prototype.endpoints = $util.emptyArray;

                /**
                 * Response tested.
                 * @member {boolean} tested
                 * @memberof shoal.observe.v1.Response
                 * @instance
                 */
                Response.prototype.tested = false;

                /**
                 * Response count.
                 * @member {number} count
                 * @memberof shoal.observe.v1.Response
                 * @instance
                 */
                Response.prototype.count = 0;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @function create
                 * @memberof shoal.observe.v1.Response
                 * @static
                 * @param {shoal.observe.v1.Response.$Properties=} [properties] Properties to set
                 * @returns {shoal.observe.v1.Response} Response instance
                 * @type {{
                 *   (properties: shoal.observe.v1.Response.$Shape): shoal.observe.v1.Response & shoal.observe.v1.Response.$Shape;
                 *   (properties?: shoal.observe.v1.Response.$Properties): shoal.observe.v1.Response;
                 * }}
                 */
                Response.create = function(properties) {
                    return new Response(properties);
                };

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.observe.v1.Response.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.observe.v1.Response
                 * @static
                 * @param {shoal.observe.v1.Response.$Properties} message Response message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Response.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.address != null && $Object.hasOwnProperty.call(message, "address") && message.address.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.address);
                    if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session.length)
                        writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.session);
                    if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key.length)
                        writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.key);
                    if (message.endpoints != null && message.endpoints.length)
                        for (let i = 0; i < message.endpoints.length; ++i)
                            $root.shoal.observe.v1.Endpoint.encode(message.endpoints[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                    if (message.tested != null && $Object.hasOwnProperty.call(message, "tested") && message.tested !== false)
                        writer.uint32(/* id 5, wireType 0 =*/40).bool(message.tested);
                    if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                        writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.count);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.observe.v1.Response
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.observe.v1.Response & shoal.observe.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Response.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.observe.v1.Response();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.address = value;
                                else
                                    delete message.address;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.session = value;
                                else
                                    delete message.session;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.key = value;
                                else
                                    delete message.key;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.endpoints && message.endpoints.length))
                                    message.endpoints = [];
                                message.endpoints.push($root.shoal.observe.v1.Endpoint.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.tested = value;
                                else
                                    delete message.tested;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.count = value;
                                else
                                    delete message.count;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Response;
            })();

            v1.Endpoint = (function() {

                /**
                 * Properties of an Endpoint.
                 * @typedef {Object} shoal.observe.v1.Endpoint.$Properties
                 * @property {Uint8Array|null} [ip] Endpoint ip
                 * @property {number|null} [port] Endpoint port
                 * @property {number|null} [otherPort] Endpoint otherPort
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an Endpoint.
                 * @memberof shoal.observe.v1
                 * @interface IEndpoint
                 * @augments shoal.observe.v1.Endpoint.$Properties
                 * @deprecated Use shoal.observe.v1.Endpoint.$Properties instead.
                 */

                /**
                 * Shape of an Endpoint.
                 * @typedef {shoal.observe.v1.Endpoint.$Properties} shoal.observe.v1.Endpoint.$Shape
                 */

                /**
                 * Constructs a new Endpoint.
                 * @memberof shoal.observe.v1
                 * @classdesc Represents an Endpoint.
                 * @constructor
                 * @param {shoal.observe.v1.Endpoint.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Endpoint = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Endpoint ip.
                 * @member {Uint8Array} ip
                 * @memberof shoal.observe.v1.Endpoint
                 * @instance
                 */
                Endpoint.prototype.ip = $util.newBuffer([]);

                /**
                 * Endpoint port.
                 * @member {number} port
                 * @memberof shoal.observe.v1.Endpoint
                 * @instance
                 */
                Endpoint.prototype.port = 0;

                /**
                 * Endpoint otherPort.
                 * @member {number} otherPort
                 * @memberof shoal.observe.v1.Endpoint
                 * @instance
                 */
                Endpoint.prototype.otherPort = 0;

                /**
                 * Creates a new Endpoint instance using the specified properties.
                 * @function create
                 * @memberof shoal.observe.v1.Endpoint
                 * @static
                 * @param {shoal.observe.v1.Endpoint.$Properties=} [properties] Properties to set
                 * @returns {shoal.observe.v1.Endpoint} Endpoint instance
                 * @type {{
                 *   (properties: shoal.observe.v1.Endpoint.$Shape): shoal.observe.v1.Endpoint & shoal.observe.v1.Endpoint.$Shape;
                 *   (properties?: shoal.observe.v1.Endpoint.$Properties): shoal.observe.v1.Endpoint;
                 * }}
                 */
                Endpoint.create = function(properties) {
                    return new Endpoint(properties);
                };

                /**
                 * Encodes the specified Endpoint message. Does not implicitly {@link shoal.observe.v1.Endpoint.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.observe.v1.Endpoint
                 * @static
                 * @param {shoal.observe.v1.Endpoint.$Properties} message Endpoint message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Endpoint.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.ip != null && $Object.hasOwnProperty.call(message, "ip") && message.ip.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.ip);
                    if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.port);
                    if (message.otherPort != null && $Object.hasOwnProperty.call(message, "otherPort") && message.otherPort !== 0)
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.otherPort);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an Endpoint message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.observe.v1.Endpoint
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.observe.v1.Endpoint & shoal.observe.v1.Endpoint.$Shape} Endpoint
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Endpoint.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.observe.v1.Endpoint();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.ip = value;
                                else
                                    delete message.ip;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.port = value;
                                else
                                    delete message.port;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.otherPort = value;
                                else
                                    delete message.otherPort;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Endpoint;
            })();

            return v1;
        })();

        return observe;
    })();

    shoal.offer = (function() {

        /**
         * Namespace offer.
         * @memberof shoal
         * @namespace
         */
        const offer = {};

        offer.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.offer
             * @namespace
             */
            const v1 = {};

            v1.Request = (function() {

                /**
                 * Properties of a Request.
                 * @typedef {Object} shoal.offer.v1.Request.$Properties
                 * @property {shoal.offer.v1.Bundle.$Properties|null} [offer] Request offer
                 * @property {string|null} [cancel] Request cancel
                 * @property {"offer"|"cancel"} [body] Request body
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Request.
                 * @memberof shoal.offer.v1
                 * @interface IRequest
                 * @augments shoal.offer.v1.Request.$Properties
                 * @deprecated Use shoal.offer.v1.Request.$Properties instead.
                 */

                /**
                 * Narrowed shape of a Request.
                 * @typedef {{
                 *   offer?: shoal.offer.v1.Bundle.$Shape|null;
                 *   cancel?: string|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ body?: undefined; offer?: null; cancel?: null }|{ body?: "offer"; offer: shoal.offer.v1.Bundle.$Shape; cancel?: null }|{ body?: "cancel"; offer?: null; cancel: string })
                 * )} shoal.offer.v1.Request.$Shape
                 */

                /**
                 * Constructs a new Request.
                 * @memberof shoal.offer.v1
                 * @classdesc Represents a Request.
                 * @constructor
                 * @param {shoal.offer.v1.Request.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Request = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Request offer.
                 * @member {shoal.offer.v1.Bundle.$Properties|null|undefined} offer
                 * @memberof shoal.offer.v1.Request
                 * @instance
                 */
                Request.prototype.offer = null;

                /**
                 * Request cancel.
                 * @member {string|null|undefined} cancel
                 * @memberof shoal.offer.v1.Request
                 * @instance
                 */
                Request.prototype.cancel = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * Request body.
                 * @member {"offer"|"cancel"|undefined} body
                 * @memberof shoal.offer.v1.Request
                 * @instance
                 */
                $Object.defineProperty(Request.prototype, "body", {
                    get: $util.oneOfGetter($oneOfFields = ["offer", "cancel"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Request instance using the specified properties.
                 * @function create
                 * @memberof shoal.offer.v1.Request
                 * @static
                 * @param {shoal.offer.v1.Request.$Properties=} [properties] Properties to set
                 * @returns {shoal.offer.v1.Request} Request instance
                 * @type {{
                 *   (properties: shoal.offer.v1.Request.$Shape): shoal.offer.v1.Request & shoal.offer.v1.Request.$Shape;
                 *   (properties?: shoal.offer.v1.Request.$Properties): shoal.offer.v1.Request;
                 * }}
                 */
                Request.create = function(properties) {
                    return new Request(properties);
                };

                /**
                 * Encodes the specified Request message. Does not implicitly {@link shoal.offer.v1.Request.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.offer.v1.Request
                 * @static
                 * @param {shoal.offer.v1.Request.$Properties} message Request message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Request.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.offer != null && $Object.hasOwnProperty.call(message, "offer"))
                        $root.shoal.offer.v1.Bundle.encode(message.offer, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                    if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel"))
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.cancel);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Request message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.offer.v1.Request
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.offer.v1.Request & shoal.offer.v1.Request.$Shape} Request
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Request.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.offer.v1.Request();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.offer = $root.shoal.offer.v1.Bundle.decode(reader, reader.size(), $undefined, _depth + 1, message.offer);
                                message.body = "offer";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.cancel = reader.stringVerify();
                                message.body = "cancel";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Request;
            })();

            v1.Bundle = (function() {

                /**
                 * Properties of a Bundle.
                 * @typedef {Object} shoal.offer.v1.Bundle.$Properties
                 * @property {Uint8Array|null} [offer] Bundle offer
                 * @property {Uint8Array|null} [release] Bundle release
                 * @property {Uint8Array|null} [logProof] Bundle logProof
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Bundle.
                 * @memberof shoal.offer.v1
                 * @interface IBundle
                 * @augments shoal.offer.v1.Bundle.$Properties
                 * @deprecated Use shoal.offer.v1.Bundle.$Properties instead.
                 */

                /**
                 * Shape of a Bundle.
                 * @typedef {shoal.offer.v1.Bundle.$Properties} shoal.offer.v1.Bundle.$Shape
                 */

                /**
                 * Constructs a new Bundle.
                 * @memberof shoal.offer.v1
                 * @classdesc Represents a Bundle.
                 * @constructor
                 * @param {shoal.offer.v1.Bundle.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Bundle = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Bundle offer.
                 * @member {Uint8Array} offer
                 * @memberof shoal.offer.v1.Bundle
                 * @instance
                 */
                Bundle.prototype.offer = $util.newBuffer([]);

                /**
                 * Bundle release.
                 * @member {Uint8Array} release
                 * @memberof shoal.offer.v1.Bundle
                 * @instance
                 */
                Bundle.prototype.release = $util.newBuffer([]);

                /**
                 * Bundle logProof.
                 * @member {Uint8Array} logProof
                 * @memberof shoal.offer.v1.Bundle
                 * @instance
                 */
                Bundle.prototype.logProof = $util.newBuffer([]);

                /**
                 * Creates a new Bundle instance using the specified properties.
                 * @function create
                 * @memberof shoal.offer.v1.Bundle
                 * @static
                 * @param {shoal.offer.v1.Bundle.$Properties=} [properties] Properties to set
                 * @returns {shoal.offer.v1.Bundle} Bundle instance
                 * @type {{
                 *   (properties: shoal.offer.v1.Bundle.$Shape): shoal.offer.v1.Bundle & shoal.offer.v1.Bundle.$Shape;
                 *   (properties?: shoal.offer.v1.Bundle.$Properties): shoal.offer.v1.Bundle;
                 * }}
                 */
                Bundle.create = function(properties) {
                    return new Bundle(properties);
                };

                /**
                 * Encodes the specified Bundle message. Does not implicitly {@link shoal.offer.v1.Bundle.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.offer.v1.Bundle
                 * @static
                 * @param {shoal.offer.v1.Bundle.$Properties} message Bundle message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Bundle.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.offer != null && $Object.hasOwnProperty.call(message, "offer") && message.offer.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.offer);
                    if (message.release != null && $Object.hasOwnProperty.call(message, "release") && message.release.length)
                        writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.release);
                    if (message.logProof != null && $Object.hasOwnProperty.call(message, "logProof") && message.logProof.length)
                        writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.logProof);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Bundle message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.offer.v1.Bundle
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.offer.v1.Bundle & shoal.offer.v1.Bundle.$Shape} Bundle
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Bundle.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.offer.v1.Bundle();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.offer = value;
                                else
                                    delete message.offer;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.release = value;
                                else
                                    delete message.release;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.logProof = value;
                                else
                                    delete message.logProof;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Bundle;
            })();

            v1.Response = (function() {

                /**
                 * Properties of a Response.
                 * @typedef {Object} shoal.offer.v1.Response.$Properties
                 * @property {shoal.offer.v1.Response.Status|null} [status] Response status
                 * @property {string|null} [code] Response code
                 * @property {number|null} [retrySeconds] Response retrySeconds
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Response.
                 * @memberof shoal.offer.v1
                 * @interface IResponse
                 * @augments shoal.offer.v1.Response.$Properties
                 * @deprecated Use shoal.offer.v1.Response.$Properties instead.
                 */

                /**
                 * Shape of a Response.
                 * @typedef {shoal.offer.v1.Response.$Properties} shoal.offer.v1.Response.$Shape
                 */

                /**
                 * Constructs a new Response.
                 * @memberof shoal.offer.v1
                 * @classdesc Represents a Response.
                 * @constructor
                 * @param {shoal.offer.v1.Response.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Response = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Response status.
                 * @member {shoal.offer.v1.Response.Status} status
                 * @memberof shoal.offer.v1.Response
                 * @instance
                 */
                Response.prototype.status = 0;

                /**
                 * Response code.
                 * @member {string} code
                 * @memberof shoal.offer.v1.Response
                 * @instance
                 */
                Response.prototype.code = "";

                /**
                 * Response retrySeconds.
                 * @member {number} retrySeconds
                 * @memberof shoal.offer.v1.Response
                 * @instance
                 */
                Response.prototype.retrySeconds = 0;

                /**
                 * Creates a new Response instance using the specified properties.
                 * @function create
                 * @memberof shoal.offer.v1.Response
                 * @static
                 * @param {shoal.offer.v1.Response.$Properties=} [properties] Properties to set
                 * @returns {shoal.offer.v1.Response} Response instance
                 * @type {{
                 *   (properties: shoal.offer.v1.Response.$Shape): shoal.offer.v1.Response & shoal.offer.v1.Response.$Shape;
                 *   (properties?: shoal.offer.v1.Response.$Properties): shoal.offer.v1.Response;
                 * }}
                 */
                Response.create = function(properties) {
                    return new Response(properties);
                };

                /**
                 * Encodes the specified Response message. Does not implicitly {@link shoal.offer.v1.Response.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.offer.v1.Response
                 * @static
                 * @param {shoal.offer.v1.Response.$Properties} message Response message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Response.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).int32(message.status);
                    if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.code);
                    if (message.retrySeconds != null && $Object.hasOwnProperty.call(message, "retrySeconds") && message.retrySeconds !== 0)
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.retrySeconds);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Response message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.offer.v1.Response
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.offer.v1.Response & shoal.offer.v1.Response.$Shape} Response
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Response.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.offer.v1.Response();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.status = value;
                                else
                                    delete message.status;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.code = value;
                                else
                                    delete message.code;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.retrySeconds = value;
                                else
                                    delete message.retrySeconds;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Status enum.
                 * @name shoal.offer.v1.Response.Status
                 * @enum {number}
                 * @property {number} STATUS_UNSPECIFIED=0 STATUS_UNSPECIFIED value
                 * @property {number} STATUS_ACCEPTED=1 STATUS_ACCEPTED value
                 * @property {number} STATUS_REFUSED=2 STATUS_REFUSED value
                 * @property {number} STATUS_BUSY=3 STATUS_BUSY value
                 * @property {number} STATUS_CANCELLED=4 STATUS_CANCELLED value
                 * @property {number} STATUS_TOO_LATE=5 STATUS_TOO_LATE value
                 * @property {number} STATUS_DEFERRED=6 STATUS_DEFERRED value
                 */
                Response.Status = (function() {
                    const valuesById = $Object.create(null), values = $Object.create(valuesById);
                    values[valuesById[0] = "STATUS_UNSPECIFIED"] = 0;
                    values[valuesById[1] = "STATUS_ACCEPTED"] = 1;
                    values[valuesById[2] = "STATUS_REFUSED"] = 2;
                    values[valuesById[3] = "STATUS_BUSY"] = 3;
                    values[valuesById[4] = "STATUS_CANCELLED"] = 4;
                    values[valuesById[5] = "STATUS_TOO_LATE"] = 5;
                    values[valuesById[6] = "STATUS_DEFERRED"] = 6;
                    return values;
                })();

                return Response;
            })();

            return v1;
        })();

        return offer;
    })();

    shoal.status = (function() {

        /**
         * Namespace status.
         * @memberof shoal
         * @namespace
         */
        const status = {};

        status.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.status
             * @namespace
             */
            const v1 = {};

            v1.DeviceFrame = (function() {

                /**
                 * Properties of a DeviceFrame.
                 * @typedef {Object} shoal.status.v1.DeviceFrame.$Properties
                 * @property {shoal.status.v1.Report.$Properties|null} [report] DeviceFrame report
                 * @property {shoal.status.v1.Heartbeat.$Properties|null} [heartbeat] DeviceFrame heartbeat
                 * @property {shoal.status.v1.Log.$Properties|null} [log] DeviceFrame log
                 * @property {"report"|"heartbeat"|"log"} [body] DeviceFrame body
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a DeviceFrame.
                 * @memberof shoal.status.v1
                 * @interface IDeviceFrame
                 * @augments shoal.status.v1.DeviceFrame.$Properties
                 * @deprecated Use shoal.status.v1.DeviceFrame.$Properties instead.
                 */

                /**
                 * Narrowed shape of a DeviceFrame.
                 * @typedef {{
                 *   report?: shoal.status.v1.Report.$Shape|null;
                 *   heartbeat?: shoal.status.v1.Heartbeat.$Shape|null;
                 *   log?: shoal.status.v1.Log.$Shape|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ body?: undefined; report?: null; heartbeat?: null; log?: null }|{ body?: "report"; report: shoal.status.v1.Report.$Shape; heartbeat?: null; log?: null }|{ body?: "heartbeat"; report?: null; heartbeat: shoal.status.v1.Heartbeat.$Shape; log?: null }|{ body?: "log"; report?: null; heartbeat?: null; log: shoal.status.v1.Log.$Shape })
                 * )} shoal.status.v1.DeviceFrame.$Shape
                 */

                /**
                 * Constructs a new DeviceFrame.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a DeviceFrame.
                 * @constructor
                 * @param {shoal.status.v1.DeviceFrame.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const DeviceFrame = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * DeviceFrame report.
                 * @member {shoal.status.v1.Report.$Properties|null|undefined} report
                 * @memberof shoal.status.v1.DeviceFrame
                 * @instance
                 */
                DeviceFrame.prototype.report = null;

                /**
                 * DeviceFrame heartbeat.
                 * @member {shoal.status.v1.Heartbeat.$Properties|null|undefined} heartbeat
                 * @memberof shoal.status.v1.DeviceFrame
                 * @instance
                 */
                DeviceFrame.prototype.heartbeat = null;

                /**
                 * DeviceFrame log.
                 * @member {shoal.status.v1.Log.$Properties|null|undefined} log
                 * @memberof shoal.status.v1.DeviceFrame
                 * @instance
                 */
                DeviceFrame.prototype.log = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * DeviceFrame body.
                 * @member {"report"|"heartbeat"|"log"|undefined} body
                 * @memberof shoal.status.v1.DeviceFrame
                 * @instance
                 */
                $Object.defineProperty(DeviceFrame.prototype, "body", {
                    get: $util.oneOfGetter($oneOfFields = ["report", "heartbeat", "log"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new DeviceFrame instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.DeviceFrame
                 * @static
                 * @param {shoal.status.v1.DeviceFrame.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.DeviceFrame} DeviceFrame instance
                 * @type {{
                 *   (properties: shoal.status.v1.DeviceFrame.$Shape): shoal.status.v1.DeviceFrame & shoal.status.v1.DeviceFrame.$Shape;
                 *   (properties?: shoal.status.v1.DeviceFrame.$Properties): shoal.status.v1.DeviceFrame;
                 * }}
                 */
                DeviceFrame.create = function(properties) {
                    return new DeviceFrame(properties);
                };

                /**
                 * Encodes the specified DeviceFrame message. Does not implicitly {@link shoal.status.v1.DeviceFrame.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.DeviceFrame
                 * @static
                 * @param {shoal.status.v1.DeviceFrame.$Properties} message DeviceFrame message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                DeviceFrame.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.report != null && $Object.hasOwnProperty.call(message, "report"))
                        $root.shoal.status.v1.Report.encode(message.report, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                    if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat"))
                        $root.shoal.status.v1.Heartbeat.encode(message.heartbeat, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                    if (message.log != null && $Object.hasOwnProperty.call(message, "log"))
                        $root.shoal.status.v1.Log.encode(message.log, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a DeviceFrame message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.DeviceFrame
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.DeviceFrame & shoal.status.v1.DeviceFrame.$Shape} DeviceFrame
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                DeviceFrame.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.DeviceFrame();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.report = $root.shoal.status.v1.Report.decode(reader, reader.size(), $undefined, _depth + 1, message.report);
                                message.body = "report";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.heartbeat = $root.shoal.status.v1.Heartbeat.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeat);
                                message.body = "heartbeat";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.log = $root.shoal.status.v1.Log.decode(reader, reader.size(), $undefined, _depth + 1, message.log);
                                message.body = "log";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return DeviceFrame;
            })();

            v1.Report = (function() {

                /**
                 * Properties of a Report.
                 * @typedef {Object} shoal.status.v1.Report.$Properties
                 * @property {number|Long|null} [seq] Report seq
                 * @property {number|Long|null} [atMs] Report atMs
                 * @property {boolean|null} [full] Report full
                 * @property {string|null} [system] Report system
                 * @property {shoal.status.v1.Running.$Properties|null} [running] Report running
                 * @property {string|null} [state] Report state
                 * @property {string|null} [lastOutcome] Report lastOutcome
                 * @property {shoal.status.v1.Progress.$Properties|null} [progress] Report progress
                 * @property {shoal.status.v1.Units.$Properties|null} [units] Report units
                 * @property {number|Long|null} [diskFreeBytes] Report diskFreeBytes
                 * @property {shoal.status.v1.Failure.$Properties|null} [lastError] Report lastError
                 * @property {Array.<shoal.status.v1.Activation.$Properties>|null} [activations] Report activations
                 * @property {number|null} [heartbeatMs] Report heartbeatMs
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Report.
                 * @memberof shoal.status.v1
                 * @interface IReport
                 * @augments shoal.status.v1.Report.$Properties
                 * @deprecated Use shoal.status.v1.Report.$Properties instead.
                 */

                /**
                 * Shape of a Report.
                 * @typedef {shoal.status.v1.Report.$Properties} shoal.status.v1.Report.$Shape
                 */

                /**
                 * Constructs a new Report.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a Report.
                 * @constructor
                 * @param {shoal.status.v1.Report.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Report = function (properties) {
                    this.activations = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Report seq.
                 * @member {number|Long} seq
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Report atMs.
                 * @member {number|Long} atMs
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Report full.
                 * @member {boolean} full
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.full = false;

                /**
                 * Report system.
                 * @member {string|null|undefined} system
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.system = null;

                /**
                 * Report running.
                 * @member {shoal.status.v1.Running.$Properties|null|undefined} running
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.running = null;

                /**
                 * Report state.
                 * @member {string|null|undefined} state
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.state = null;

                /**
                 * Report lastOutcome.
                 * @member {string|null|undefined} lastOutcome
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.lastOutcome = null;

                /**
                 * Report progress.
                 * @member {shoal.status.v1.Progress.$Properties|null|undefined} progress
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.progress = null;

                /**
                 * Report units.
                 * @member {shoal.status.v1.Units.$Properties|null|undefined} units
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.units = null;

                /**
                 * Report diskFreeBytes.
                 * @member {number|Long|null|undefined} diskFreeBytes
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.diskFreeBytes = null;

                /**
                 * Report lastError.
                 * @member {shoal.status.v1.Failure.$Properties|null|undefined} lastError
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.lastError = null;

                /**
                 * Report activations.
                 * @member {Array.<shoal.status.v1.Activation.$Properties>} activations
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.activations = $util.emptyArray;

                /**
                 * Report heartbeatMs.
                 * @member {number|null|undefined} heartbeatMs
                 * @memberof shoal.status.v1.Report
                 * @instance
                 */
                Report.prototype.heartbeatMs = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_system", {
                    get: $util.oneOfGetter($oneOfFields = ["system"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_running", {
                    get: $util.oneOfGetter($oneOfFields = ["running"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_state", {
                    get: $util.oneOfGetter($oneOfFields = ["state"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_lastOutcome", {
                    get: $util.oneOfGetter($oneOfFields = ["lastOutcome"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_progress", {
                    get: $util.oneOfGetter($oneOfFields = ["progress"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_units", {
                    get: $util.oneOfGetter($oneOfFields = ["units"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_diskFreeBytes", {
                    get: $util.oneOfGetter($oneOfFields = ["diskFreeBytes"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_lastError", {
                    get: $util.oneOfGetter($oneOfFields = ["lastError"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_heartbeatMs", {
                    get: $util.oneOfGetter($oneOfFields = ["heartbeatMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Report instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Report
                 * @static
                 * @param {shoal.status.v1.Report.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Report} Report instance
                 * @type {{
                 *   (properties: shoal.status.v1.Report.$Shape): shoal.status.v1.Report & shoal.status.v1.Report.$Shape;
                 *   (properties?: shoal.status.v1.Report.$Properties): shoal.status.v1.Report;
                 * }}
                 */
                Report.create = function(properties) {
                    return new Report(properties);
                };

                /**
                 * Encodes the specified Report message. Does not implicitly {@link shoal.status.v1.Report.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Report
                 * @static
                 * @param {shoal.status.v1.Report.$Properties} message Report message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Report.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.seq);
                    if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.atMs);
                    if (message.full != null && $Object.hasOwnProperty.call(message, "full") && message.full !== false)
                        writer.uint32(/* id 3, wireType 0 =*/24).bool(message.full);
                    if (message.system != null && $Object.hasOwnProperty.call(message, "system"))
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.system);
                    if (message.running != null && $Object.hasOwnProperty.call(message, "running"))
                        $root.shoal.status.v1.Running.encode(message.running, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state"))
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.state);
                    if (message.lastOutcome != null && $Object.hasOwnProperty.call(message, "lastOutcome"))
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.lastOutcome);
                    if (message.progress != null && $Object.hasOwnProperty.call(message, "progress"))
                        $root.shoal.status.v1.Progress.encode(message.progress, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                    if (message.units != null && $Object.hasOwnProperty.call(message, "units"))
                        $root.shoal.status.v1.Units.encode(message.units, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                    if (message.diskFreeBytes != null && $Object.hasOwnProperty.call(message, "diskFreeBytes"))
                        writer.uint32(/* id 10, wireType 0 =*/80).uint64(message.diskFreeBytes);
                    if (message.lastError != null && $Object.hasOwnProperty.call(message, "lastError"))
                        $root.shoal.status.v1.Failure.encode(message.lastError, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                    if (message.activations != null && message.activations.length)
                        for (let i = 0; i < message.activations.length; ++i)
                            $root.shoal.status.v1.Activation.encode(message.activations[i], writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                    if (message.heartbeatMs != null && $Object.hasOwnProperty.call(message, "heartbeatMs"))
                        writer.uint32(/* id 13, wireType 0 =*/104).uint32(message.heartbeatMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Report message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Report
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Report & shoal.status.v1.Report.$Shape} Report
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Report.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Report();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.seq = value;
                                else
                                    delete message.seq;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.atMs = value;
                                else
                                    delete message.atMs;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.full = value;
                                else
                                    delete message.full;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.system = reader.stringVerify();
                                message._system = "system";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.running = $root.shoal.status.v1.Running.decode(reader, reader.size(), $undefined, _depth + 1, message.running);
                                message._running = "running";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                message.state = reader.stringVerify();
                                message._state = "state";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                message.lastOutcome = reader.stringVerify();
                                message._lastOutcome = "lastOutcome";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.progress = $root.shoal.status.v1.Progress.decode(reader, reader.size(), $undefined, _depth + 1, message.progress);
                                message._progress = "progress";
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                message.units = $root.shoal.status.v1.Units.decode(reader, reader.size(), $undefined, _depth + 1, message.units);
                                message._units = "units";
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                message.diskFreeBytes = reader.uint64();
                                message._diskFreeBytes = "diskFreeBytes";
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.lastError = $root.shoal.status.v1.Failure.decode(reader, reader.size(), $undefined, _depth + 1, message.lastError);
                                message._lastError = "lastError";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.activations && message.activations.length))
                                    message.activations = [];
                                message.activations.push($root.shoal.status.v1.Activation.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 13: {
                                if (wireType !== 0)
                                    break;
                                message.heartbeatMs = reader.uint32();
                                message._heartbeatMs = "heartbeatMs";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Report;
            })();

            v1.Running = (function() {

                /**
                 * Properties of a Running.
                 * @typedef {Object} shoal.status.v1.Running.$Properties
                 * @property {string|null} [toplevel] Running toplevel
                 * @property {number|null} [generation] Running generation
                 * @property {string|null} [release] Running release
                 * @property {string|null} [version] Running version
                 * @property {string|null} [bootedKernel] Running bootedKernel
                 * @property {boolean|null} [kernelChanged] Running kernelChanged
                 * @property {string|null} [channel] Running channel
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Running.
                 * @memberof shoal.status.v1
                 * @interface IRunning
                 * @augments shoal.status.v1.Running.$Properties
                 * @deprecated Use shoal.status.v1.Running.$Properties instead.
                 */

                /**
                 * Shape of a Running.
                 * @typedef {shoal.status.v1.Running.$Properties} shoal.status.v1.Running.$Shape
                 */

                /**
                 * Constructs a new Running.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a Running.
                 * @constructor
                 * @param {shoal.status.v1.Running.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Running = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Running toplevel.
                 * @member {string} toplevel
                 * @memberof shoal.status.v1.Running
                 * @instance
                 */
                Running.prototype.toplevel = "";

                /**
                 * Running generation.
                 * @member {number} generation
                 * @memberof shoal.status.v1.Running
                 * @instance
                 */
                Running.prototype.generation = 0;

                /**
                 * Running release.
                 * @member {string} release
                 * @memberof shoal.status.v1.Running
                 * @instance
                 */
                Running.prototype.release = "";

                /**
                 * Running version.
                 * @member {string} version
                 * @memberof shoal.status.v1.Running
                 * @instance
                 */
                Running.prototype.version = "";

                /**
                 * Running bootedKernel.
                 * @member {string} bootedKernel
                 * @memberof shoal.status.v1.Running
                 * @instance
                 */
                Running.prototype.bootedKernel = "";

                /**
                 * Running kernelChanged.
                 * @member {boolean} kernelChanged
                 * @memberof shoal.status.v1.Running
                 * @instance
                 */
                Running.prototype.kernelChanged = false;

                /**
                 * Running channel.
                 * @member {string} channel
                 * @memberof shoal.status.v1.Running
                 * @instance
                 */
                Running.prototype.channel = "";

                /**
                 * Creates a new Running instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Running
                 * @static
                 * @param {shoal.status.v1.Running.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Running} Running instance
                 * @type {{
                 *   (properties: shoal.status.v1.Running.$Shape): shoal.status.v1.Running & shoal.status.v1.Running.$Shape;
                 *   (properties?: shoal.status.v1.Running.$Properties): shoal.status.v1.Running;
                 * }}
                 */
                Running.create = function(properties) {
                    return new Running(properties);
                };

                /**
                 * Encodes the specified Running message. Does not implicitly {@link shoal.status.v1.Running.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Running
                 * @static
                 * @param {shoal.status.v1.Running.$Properties} message Running message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Running.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.toplevel != null && $Object.hasOwnProperty.call(message, "toplevel") && message.toplevel !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.toplevel);
                    if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && message.generation !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.generation);
                    if (message.release != null && $Object.hasOwnProperty.call(message, "release") && message.release !== "")
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.release);
                    if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.version);
                    if (message.bootedKernel != null && $Object.hasOwnProperty.call(message, "bootedKernel") && message.bootedKernel !== "")
                        writer.uint32(/* id 5, wireType 2 =*/42).string(message.bootedKernel);
                    if (message.kernelChanged != null && $Object.hasOwnProperty.call(message, "kernelChanged") && message.kernelChanged !== false)
                        writer.uint32(/* id 6, wireType 0 =*/48).bool(message.kernelChanged);
                    if (message.channel != null && $Object.hasOwnProperty.call(message, "channel") && message.channel !== "")
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.channel);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Running message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Running
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Running & shoal.status.v1.Running.$Shape} Running
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Running.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Running();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.toplevel = value;
                                else
                                    delete message.toplevel;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.generation = value;
                                else
                                    delete message.generation;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.release = value;
                                else
                                    delete message.release;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.version = value;
                                else
                                    delete message.version;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.bootedKernel = value;
                                else
                                    delete message.bootedKernel;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.kernelChanged = value;
                                else
                                    delete message.kernelChanged;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.channel = value;
                                else
                                    delete message.channel;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Running;
            })();

            v1.Progress = (function() {

                /**
                 * Properties of a Progress.
                 * @typedef {Object} shoal.status.v1.Progress.$Properties
                 * @property {string|null} [step] Progress step
                 * @property {number|Long|null} [bytesDone] Progress bytesDone
                 * @property {number|Long|null} [bytesTotal] Progress bytesTotal
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Progress.
                 * @memberof shoal.status.v1
                 * @interface IProgress
                 * @augments shoal.status.v1.Progress.$Properties
                 * @deprecated Use shoal.status.v1.Progress.$Properties instead.
                 */

                /**
                 * Shape of a Progress.
                 * @typedef {shoal.status.v1.Progress.$Properties} shoal.status.v1.Progress.$Shape
                 */

                /**
                 * Constructs a new Progress.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a Progress.
                 * @constructor
                 * @param {shoal.status.v1.Progress.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Progress = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Progress step.
                 * @member {string} step
                 * @memberof shoal.status.v1.Progress
                 * @instance
                 */
                Progress.prototype.step = "";

                /**
                 * Progress bytesDone.
                 * @member {number|Long} bytesDone
                 * @memberof shoal.status.v1.Progress
                 * @instance
                 */
                Progress.prototype.bytesDone = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Progress bytesTotal.
                 * @member {number|Long} bytesTotal
                 * @memberof shoal.status.v1.Progress
                 * @instance
                 */
                Progress.prototype.bytesTotal = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Creates a new Progress instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Progress
                 * @static
                 * @param {shoal.status.v1.Progress.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Progress} Progress instance
                 * @type {{
                 *   (properties: shoal.status.v1.Progress.$Shape): shoal.status.v1.Progress & shoal.status.v1.Progress.$Shape;
                 *   (properties?: shoal.status.v1.Progress.$Properties): shoal.status.v1.Progress;
                 * }}
                 */
                Progress.create = function(properties) {
                    return new Progress(properties);
                };

                /**
                 * Encodes the specified Progress message. Does not implicitly {@link shoal.status.v1.Progress.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Progress
                 * @static
                 * @param {shoal.status.v1.Progress.$Properties} message Progress message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Progress.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.step);
                    if (message.bytesDone != null && $Object.hasOwnProperty.call(message, "bytesDone") && (typeof message.bytesDone === "object" ? message.bytesDone.low || message.bytesDone.high : message.bytesDone !== 0))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.bytesDone);
                    if (message.bytesTotal != null && $Object.hasOwnProperty.call(message, "bytesTotal") && (typeof message.bytesTotal === "object" ? message.bytesTotal.low || message.bytesTotal.high : message.bytesTotal !== 0))
                        writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.bytesTotal);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Progress message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Progress
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Progress & shoal.status.v1.Progress.$Shape} Progress
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Progress.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Progress();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.step = value;
                                else
                                    delete message.step;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.bytesDone = value;
                                else
                                    delete message.bytesDone;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.bytesTotal = value;
                                else
                                    delete message.bytesTotal;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Progress;
            })();

            v1.Units = (function() {

                /**
                 * Properties of a Units.
                 * @typedef {Object} shoal.status.v1.Units.$Properties
                 * @property {string|null} [state] Units state
                 * @property {Array.<string>|null} [failed] Units failed
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Units.
                 * @memberof shoal.status.v1
                 * @interface IUnits
                 * @augments shoal.status.v1.Units.$Properties
                 * @deprecated Use shoal.status.v1.Units.$Properties instead.
                 */

                /**
                 * Shape of a Units.
                 * @typedef {shoal.status.v1.Units.$Properties} shoal.status.v1.Units.$Shape
                 */

                /**
                 * Constructs a new Units.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a Units.
                 * @constructor
                 * @param {shoal.status.v1.Units.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Units = function (properties) {
                    this.failed = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Units state.
                 * @member {string} state
                 * @memberof shoal.status.v1.Units
                 * @instance
                 */
                Units.prototype.state = "";

                /**
                 * Units failed.
                 * @member {Array.<string>} failed
                 * @memberof shoal.status.v1.Units
                 * @instance
                 */
                Units.prototype.failed = $util.emptyArray;

                /**
                 * Creates a new Units instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Units
                 * @static
                 * @param {shoal.status.v1.Units.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Units} Units instance
                 * @type {{
                 *   (properties: shoal.status.v1.Units.$Shape): shoal.status.v1.Units & shoal.status.v1.Units.$Shape;
                 *   (properties?: shoal.status.v1.Units.$Properties): shoal.status.v1.Units;
                 * }}
                 */
                Units.create = function(properties) {
                    return new Units(properties);
                };

                /**
                 * Encodes the specified Units message. Does not implicitly {@link shoal.status.v1.Units.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Units
                 * @static
                 * @param {shoal.status.v1.Units.$Properties} message Units message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Units.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.state);
                    if (message.failed != null && message.failed.length)
                        for (let i = 0; i < message.failed.length; ++i)
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.failed[i]);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Units message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Units
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Units & shoal.status.v1.Units.$Shape} Units
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Units.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Units();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.state = value;
                                else
                                    delete message.state;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.failed && message.failed.length))
                                    message.failed = [];
                                message.failed.push(reader.stringVerify());
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Units;
            })();

            v1.Failure = (function() {

                /**
                 * Properties of a Failure.
                 * @typedef {Object} shoal.status.v1.Failure.$Properties
                 * @property {string|null} [code] Failure code
                 * @property {string|null} [message] Failure message
                 * @property {number|Long|null} [atMs] Failure atMs
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Failure.
                 * @memberof shoal.status.v1
                 * @interface IFailure
                 * @augments shoal.status.v1.Failure.$Properties
                 * @deprecated Use shoal.status.v1.Failure.$Properties instead.
                 */

                /**
                 * Shape of a Failure.
                 * @typedef {shoal.status.v1.Failure.$Properties} shoal.status.v1.Failure.$Shape
                 */

                /**
                 * Constructs a new Failure.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a Failure.
                 * @constructor
                 * @param {shoal.status.v1.Failure.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Failure = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Failure code.
                 * @member {string} code
                 * @memberof shoal.status.v1.Failure
                 * @instance
                 */
                Failure.prototype.code = "";

                /**
                 * Failure message.
                 * @member {string} message
                 * @memberof shoal.status.v1.Failure
                 * @instance
                 */
                Failure.prototype.message = "";

                /**
                 * Failure atMs.
                 * @member {number|Long} atMs
                 * @memberof shoal.status.v1.Failure
                 * @instance
                 */
                Failure.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Creates a new Failure instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Failure
                 * @static
                 * @param {shoal.status.v1.Failure.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Failure} Failure instance
                 * @type {{
                 *   (properties: shoal.status.v1.Failure.$Shape): shoal.status.v1.Failure & shoal.status.v1.Failure.$Shape;
                 *   (properties?: shoal.status.v1.Failure.$Properties): shoal.status.v1.Failure;
                 * }}
                 */
                Failure.create = function(properties) {
                    return new Failure(properties);
                };

                /**
                 * Encodes the specified Failure message. Does not implicitly {@link shoal.status.v1.Failure.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Failure
                 * @static
                 * @param {shoal.status.v1.Failure.$Properties} message Failure message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Failure.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.code);
                    if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                    if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                        writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.atMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Failure message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Failure
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Failure & shoal.status.v1.Failure.$Shape} Failure
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Failure.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Failure();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.code = value;
                                else
                                    delete message.code;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.message = value;
                                else
                                    delete message.message;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.atMs = value;
                                else
                                    delete message.atMs;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Failure;
            })();

            v1.Activation = (function() {

                /**
                 * Properties of an Activation.
                 * @typedef {Object} shoal.status.v1.Activation.$Properties
                 * @property {string|null} [rollout] Activation rollout
                 * @property {string|null} [release] Activation release
                 * @property {string|null} [step] Activation step
                 * @property {string|null} [outcome] Activation outcome
                 * @property {shoal.status.v1.Failure.$Properties|null} [error] Activation error
                 * @property {number|Long|null} [bytesReceived] Activation bytesReceived
                 * @property {number|Long|null} [startedAtMs] Activation startedAtMs
                 * @property {number|Long|null} [endedAtMs] Activation endedAtMs
                 * @property {number|null} [generation] Activation generation
                 * @property {Array.<shoal.status.v1.StepEntry.$Properties>|null} [steps] Activation steps
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an Activation.
                 * @memberof shoal.status.v1
                 * @interface IActivation
                 * @augments shoal.status.v1.Activation.$Properties
                 * @deprecated Use shoal.status.v1.Activation.$Properties instead.
                 */

                /**
                 * Shape of an Activation.
                 * @typedef {shoal.status.v1.Activation.$Properties} shoal.status.v1.Activation.$Shape
                 */

                /**
                 * Constructs a new Activation.
                 * @memberof shoal.status.v1
                 * @classdesc Represents an Activation.
                 * @constructor
                 * @param {shoal.status.v1.Activation.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Activation = function (properties) {
                    this.steps = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Activation rollout.
                 * @member {string} rollout
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.rollout = "";

                /**
                 * Activation release.
                 * @member {string} release
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.release = "";

                /**
                 * Activation step.
                 * @member {string} step
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.step = "";

                /**
                 * Activation outcome.
                 * @member {string} outcome
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.outcome = "";

                /**
                 * Activation error.
                 * @member {shoal.status.v1.Failure.$Properties|null|undefined} error
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.error = null;

                /**
                 * Activation bytesReceived.
                 * @member {number|Long} bytesReceived
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.bytesReceived = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Activation startedAtMs.
                 * @member {number|Long} startedAtMs
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.startedAtMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Activation endedAtMs.
                 * @member {number|Long} endedAtMs
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.endedAtMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Activation generation.
                 * @member {number} generation
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.generation = 0;

                /**
                 * Activation steps.
                 * @member {Array.<shoal.status.v1.StepEntry.$Properties>} steps
                 * @memberof shoal.status.v1.Activation
                 * @instance
                 */
                Activation.prototype.steps = $util.emptyArray;

                /**
                 * Creates a new Activation instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Activation
                 * @static
                 * @param {shoal.status.v1.Activation.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Activation} Activation instance
                 * @type {{
                 *   (properties: shoal.status.v1.Activation.$Shape): shoal.status.v1.Activation & shoal.status.v1.Activation.$Shape;
                 *   (properties?: shoal.status.v1.Activation.$Properties): shoal.status.v1.Activation;
                 * }}
                 */
                Activation.create = function(properties) {
                    return new Activation(properties);
                };

                /**
                 * Encodes the specified Activation message. Does not implicitly {@link shoal.status.v1.Activation.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Activation
                 * @static
                 * @param {shoal.status.v1.Activation.$Properties} message Activation message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Activation.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.rollout != null && $Object.hasOwnProperty.call(message, "rollout") && message.rollout !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.rollout);
                    if (message.release != null && $Object.hasOwnProperty.call(message, "release") && message.release !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.release);
                    if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== "")
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.step);
                    if (message.outcome != null && $Object.hasOwnProperty.call(message, "outcome") && message.outcome !== "")
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.outcome);
                    if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                        $root.shoal.status.v1.Failure.encode(message.error, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                    if (message.bytesReceived != null && $Object.hasOwnProperty.call(message, "bytesReceived") && (typeof message.bytesReceived === "object" ? message.bytesReceived.low || message.bytesReceived.high : message.bytesReceived !== 0))
                        writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.bytesReceived);
                    if (message.startedAtMs != null && $Object.hasOwnProperty.call(message, "startedAtMs") && (typeof message.startedAtMs === "object" ? message.startedAtMs.low || message.startedAtMs.high : message.startedAtMs !== 0))
                        writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.startedAtMs);
                    if (message.endedAtMs != null && $Object.hasOwnProperty.call(message, "endedAtMs") && (typeof message.endedAtMs === "object" ? message.endedAtMs.low || message.endedAtMs.high : message.endedAtMs !== 0))
                        writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.endedAtMs);
                    if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && message.generation !== 0)
                        writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.generation);
                    if (message.steps != null && message.steps.length)
                        for (let i = 0; i < message.steps.length; ++i)
                            $root.shoal.status.v1.StepEntry.encode(message.steps[i], writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an Activation message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Activation
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Activation & shoal.status.v1.Activation.$Shape} Activation
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Activation.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Activation();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.rollout = value;
                                else
                                    delete message.rollout;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.release = value;
                                else
                                    delete message.release;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.step = value;
                                else
                                    delete message.step;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.outcome = value;
                                else
                                    delete message.outcome;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.error = $root.shoal.status.v1.Failure.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.bytesReceived = value;
                                else
                                    delete message.bytesReceived;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.startedAtMs = value;
                                else
                                    delete message.startedAtMs;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.endedAtMs = value;
                                else
                                    delete message.endedAtMs;
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.generation = value;
                                else
                                    delete message.generation;
                                continue;
                            }
                        case 10: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.steps && message.steps.length))
                                    message.steps = [];
                                message.steps.push($root.shoal.status.v1.StepEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Activation;
            })();

            v1.StepEntry = (function() {

                /**
                 * Properties of a StepEntry.
                 * @typedef {Object} shoal.status.v1.StepEntry.$Properties
                 * @property {string|null} [step] StepEntry step
                 * @property {number|Long|null} [atMs] StepEntry atMs
                 * @property {number|Long|null} [ms] StepEntry ms
                 * @property {string|null} [detail] StepEntry detail
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a StepEntry.
                 * @memberof shoal.status.v1
                 * @interface IStepEntry
                 * @augments shoal.status.v1.StepEntry.$Properties
                 * @deprecated Use shoal.status.v1.StepEntry.$Properties instead.
                 */

                /**
                 * Shape of a StepEntry.
                 * @typedef {shoal.status.v1.StepEntry.$Properties} shoal.status.v1.StepEntry.$Shape
                 */

                /**
                 * Constructs a new StepEntry.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a StepEntry.
                 * @constructor
                 * @param {shoal.status.v1.StepEntry.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const StepEntry = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * StepEntry step.
                 * @member {string} step
                 * @memberof shoal.status.v1.StepEntry
                 * @instance
                 */
                StepEntry.prototype.step = "";

                /**
                 * StepEntry atMs.
                 * @member {number|Long} atMs
                 * @memberof shoal.status.v1.StepEntry
                 * @instance
                 */
                StepEntry.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * StepEntry ms.
                 * @member {number|Long} ms
                 * @memberof shoal.status.v1.StepEntry
                 * @instance
                 */
                StepEntry.prototype.ms = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * StepEntry detail.
                 * @member {string} detail
                 * @memberof shoal.status.v1.StepEntry
                 * @instance
                 */
                StepEntry.prototype.detail = "";

                /**
                 * Creates a new StepEntry instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.StepEntry
                 * @static
                 * @param {shoal.status.v1.StepEntry.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.StepEntry} StepEntry instance
                 * @type {{
                 *   (properties: shoal.status.v1.StepEntry.$Shape): shoal.status.v1.StepEntry & shoal.status.v1.StepEntry.$Shape;
                 *   (properties?: shoal.status.v1.StepEntry.$Properties): shoal.status.v1.StepEntry;
                 * }}
                 */
                StepEntry.create = function(properties) {
                    return new StepEntry(properties);
                };

                /**
                 * Encodes the specified StepEntry message. Does not implicitly {@link shoal.status.v1.StepEntry.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.StepEntry
                 * @static
                 * @param {shoal.status.v1.StepEntry.$Properties} message StepEntry message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                StepEntry.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.step != null && $Object.hasOwnProperty.call(message, "step") && message.step !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.step);
                    if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.atMs);
                    if (message.ms != null && $Object.hasOwnProperty.call(message, "ms") && (typeof message.ms === "object" ? message.ms.low || message.ms.high : message.ms !== 0))
                        writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.ms);
                    if (message.detail != null && $Object.hasOwnProperty.call(message, "detail") && message.detail !== "")
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.detail);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a StepEntry message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.StepEntry
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.StepEntry & shoal.status.v1.StepEntry.$Shape} StepEntry
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                StepEntry.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.StepEntry();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.step = value;
                                else
                                    delete message.step;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.atMs = value;
                                else
                                    delete message.atMs;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.ms = value;
                                else
                                    delete message.ms;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.detail = value;
                                else
                                    delete message.detail;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return StepEntry;
            })();

            v1.Heartbeat = (function() {

                /**
                 * Properties of a Heartbeat.
                 * @typedef {Object} shoal.status.v1.Heartbeat.$Properties
                 * @property {number|Long|null} [seq] Heartbeat seq
                 * @property {number|null} [wakeAfterMs] Heartbeat wakeAfterMs
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Heartbeat.
                 * @memberof shoal.status.v1
                 * @interface IHeartbeat
                 * @augments shoal.status.v1.Heartbeat.$Properties
                 * @deprecated Use shoal.status.v1.Heartbeat.$Properties instead.
                 */

                /**
                 * Shape of a Heartbeat.
                 * @typedef {shoal.status.v1.Heartbeat.$Properties} shoal.status.v1.Heartbeat.$Shape
                 */

                /**
                 * Constructs a new Heartbeat.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a Heartbeat.
                 * @constructor
                 * @param {shoal.status.v1.Heartbeat.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Heartbeat = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Heartbeat seq.
                 * @member {number|Long} seq
                 * @memberof shoal.status.v1.Heartbeat
                 * @instance
                 */
                Heartbeat.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Heartbeat wakeAfterMs.
                 * @member {number|null|undefined} wakeAfterMs
                 * @memberof shoal.status.v1.Heartbeat
                 * @instance
                 */
                Heartbeat.prototype.wakeAfterMs = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Heartbeat.prototype, "_wakeAfterMs", {
                    get: $util.oneOfGetter($oneOfFields = ["wakeAfterMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Heartbeat instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Heartbeat
                 * @static
                 * @param {shoal.status.v1.Heartbeat.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Heartbeat} Heartbeat instance
                 * @type {{
                 *   (properties: shoal.status.v1.Heartbeat.$Shape): shoal.status.v1.Heartbeat & shoal.status.v1.Heartbeat.$Shape;
                 *   (properties?: shoal.status.v1.Heartbeat.$Properties): shoal.status.v1.Heartbeat;
                 * }}
                 */
                Heartbeat.create = function(properties) {
                    return new Heartbeat(properties);
                };

                /**
                 * Encodes the specified Heartbeat message. Does not implicitly {@link shoal.status.v1.Heartbeat.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Heartbeat
                 * @static
                 * @param {shoal.status.v1.Heartbeat.$Properties} message Heartbeat message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Heartbeat.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.seq);
                    if (message.wakeAfterMs != null && $Object.hasOwnProperty.call(message, "wakeAfterMs"))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.wakeAfterMs);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Heartbeat message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Heartbeat
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Heartbeat & shoal.status.v1.Heartbeat.$Shape} Heartbeat
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Heartbeat.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Heartbeat();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.seq = value;
                                else
                                    delete message.seq;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.wakeAfterMs = reader.uint32();
                                message._wakeAfterMs = "wakeAfterMs";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Heartbeat;
            })();

            v1.Log = (function() {

                /**
                 * Properties of a Log.
                 * @typedef {Object} shoal.status.v1.Log.$Properties
                 * @property {number|Long|null} [seq] Log seq
                 * @property {string|null} [rollout] Log rollout
                 * @property {Array.<shoal.status.v1.LogLine.$Properties>|null} [lines] Log lines
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Log.
                 * @memberof shoal.status.v1
                 * @interface ILog
                 * @augments shoal.status.v1.Log.$Properties
                 * @deprecated Use shoal.status.v1.Log.$Properties instead.
                 */

                /**
                 * Shape of a Log.
                 * @typedef {shoal.status.v1.Log.$Properties} shoal.status.v1.Log.$Shape
                 */

                /**
                 * Constructs a new Log.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a Log.
                 * @constructor
                 * @param {shoal.status.v1.Log.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Log = function (properties) {
                    this.lines = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Log seq.
                 * @member {number|Long} seq
                 * @memberof shoal.status.v1.Log
                 * @instance
                 */
                Log.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Log rollout.
                 * @member {string} rollout
                 * @memberof shoal.status.v1.Log
                 * @instance
                 */
                Log.prototype.rollout = "";

                /**
                 * Log lines.
                 * @member {Array.<shoal.status.v1.LogLine.$Properties>} lines
                 * @memberof shoal.status.v1.Log
                 * @instance
                 */
                Log.prototype.lines = $util.emptyArray;

                /**
                 * Creates a new Log instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Log
                 * @static
                 * @param {shoal.status.v1.Log.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Log} Log instance
                 * @type {{
                 *   (properties: shoal.status.v1.Log.$Shape): shoal.status.v1.Log & shoal.status.v1.Log.$Shape;
                 *   (properties?: shoal.status.v1.Log.$Properties): shoal.status.v1.Log;
                 * }}
                 */
                Log.create = function(properties) {
                    return new Log(properties);
                };

                /**
                 * Encodes the specified Log message. Does not implicitly {@link shoal.status.v1.Log.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Log
                 * @static
                 * @param {shoal.status.v1.Log.$Properties} message Log message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Log.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.seq);
                    if (message.rollout != null && $Object.hasOwnProperty.call(message, "rollout") && message.rollout !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.rollout);
                    if (message.lines != null && message.lines.length)
                        for (let i = 0; i < message.lines.length; ++i)
                            $root.shoal.status.v1.LogLine.encode(message.lines[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Log message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Log
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Log & shoal.status.v1.Log.$Shape} Log
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Log.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Log();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.seq = value;
                                else
                                    delete message.seq;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.rollout = value;
                                else
                                    delete message.rollout;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.lines && message.lines.length))
                                    message.lines = [];
                                message.lines.push($root.shoal.status.v1.LogLine.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Log;
            })();

            v1.LogLine = (function() {

                /**
                 * Properties of a LogLine.
                 * @typedef {Object} shoal.status.v1.LogLine.$Properties
                 * @property {number|Long|null} [atMs] LogLine atMs
                 * @property {string|null} [text] LogLine text
                 * @property {number|Long|null} [number] LogLine number
                 * @property {shoal.status.v1.Session.$Properties|null} [session] LogLine session
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a LogLine.
                 * @memberof shoal.status.v1
                 * @interface ILogLine
                 * @augments shoal.status.v1.LogLine.$Properties
                 * @deprecated Use shoal.status.v1.LogLine.$Properties instead.
                 */

                /**
                 * Shape of a LogLine.
                 * @typedef {shoal.status.v1.LogLine.$Properties} shoal.status.v1.LogLine.$Shape
                 */

                /**
                 * Constructs a new LogLine.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a LogLine.
                 * @constructor
                 * @param {shoal.status.v1.LogLine.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const LogLine = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * LogLine atMs.
                 * @member {number|Long} atMs
                 * @memberof shoal.status.v1.LogLine
                 * @instance
                 */
                LogLine.prototype.atMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * LogLine text.
                 * @member {string} text
                 * @memberof shoal.status.v1.LogLine
                 * @instance
                 */
                LogLine.prototype.text = "";

                /**
                 * LogLine number.
                 * @member {number|Long} number
                 * @memberof shoal.status.v1.LogLine
                 * @instance
                 */
                LogLine.prototype.number = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * LogLine session.
                 * @member {shoal.status.v1.Session.$Properties|null|undefined} session
                 * @memberof shoal.status.v1.LogLine
                 * @instance
                 */
                LogLine.prototype.session = null;

                /**
                 * Creates a new LogLine instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.LogLine
                 * @static
                 * @param {shoal.status.v1.LogLine.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.LogLine} LogLine instance
                 * @type {{
                 *   (properties: shoal.status.v1.LogLine.$Shape): shoal.status.v1.LogLine & shoal.status.v1.LogLine.$Shape;
                 *   (properties?: shoal.status.v1.LogLine.$Properties): shoal.status.v1.LogLine;
                 * }}
                 */
                LogLine.create = function(properties) {
                    return new LogLine(properties);
                };

                /**
                 * Encodes the specified LogLine message. Does not implicitly {@link shoal.status.v1.LogLine.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.LogLine
                 * @static
                 * @param {shoal.status.v1.LogLine.$Properties} message LogLine message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                LogLine.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.atMs != null && $Object.hasOwnProperty.call(message, "atMs") && (typeof message.atMs === "object" ? message.atMs.low || message.atMs.high : message.atMs !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.atMs);
                    if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.text);
                    if (message.number != null && $Object.hasOwnProperty.call(message, "number") && (typeof message.number === "object" ? message.number.low || message.number.high : message.number !== 0))
                        writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.number);
                    if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                        $root.shoal.status.v1.Session.encode(message.session, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a LogLine message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.LogLine
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.LogLine & shoal.status.v1.LogLine.$Shape} LogLine
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                LogLine.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.LogLine();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.atMs = value;
                                else
                                    delete message.atMs;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.text = value;
                                else
                                    delete message.text;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.number = value;
                                else
                                    delete message.number;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.session = $root.shoal.status.v1.Session.decode(reader, reader.size(), $undefined, _depth + 1, message.session);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return LogLine;
            })();

            v1.Session = (function() {

                /**
                 * Properties of a Session.
                 * @typedef {Object} shoal.status.v1.Session.$Properties
                 * @property {string|null} [session] Session session
                 * @property {string|null} [admin] Session admin
                 * @property {string|null} [peer] Session peer
                 * @property {string|null} [what] Session what
                 * @property {boolean|null} [ended] Session ended
                 * @property {number|Long|null} [ms] Session ms
                 * @property {string|null} [code] Session code
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Session.
                 * @memberof shoal.status.v1
                 * @interface ISession
                 * @augments shoal.status.v1.Session.$Properties
                 * @deprecated Use shoal.status.v1.Session.$Properties instead.
                 */

                /**
                 * Shape of a Session.
                 * @typedef {shoal.status.v1.Session.$Properties} shoal.status.v1.Session.$Shape
                 */

                /**
                 * Constructs a new Session.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a Session.
                 * @constructor
                 * @param {shoal.status.v1.Session.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Session = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Session session.
                 * @member {string} session
                 * @memberof shoal.status.v1.Session
                 * @instance
                 */
                Session.prototype.session = "";

                /**
                 * Session admin.
                 * @member {string} admin
                 * @memberof shoal.status.v1.Session
                 * @instance
                 */
                Session.prototype.admin = "";

                /**
                 * Session peer.
                 * @member {string} peer
                 * @memberof shoal.status.v1.Session
                 * @instance
                 */
                Session.prototype.peer = "";

                /**
                 * Session what.
                 * @member {string} what
                 * @memberof shoal.status.v1.Session
                 * @instance
                 */
                Session.prototype.what = "";

                /**
                 * Session ended.
                 * @member {boolean} ended
                 * @memberof shoal.status.v1.Session
                 * @instance
                 */
                Session.prototype.ended = false;

                /**
                 * Session ms.
                 * @member {number|Long} ms
                 * @memberof shoal.status.v1.Session
                 * @instance
                 */
                Session.prototype.ms = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Session code.
                 * @member {string} code
                 * @memberof shoal.status.v1.Session
                 * @instance
                 */
                Session.prototype.code = "";

                /**
                 * Creates a new Session instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Session
                 * @static
                 * @param {shoal.status.v1.Session.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Session} Session instance
                 * @type {{
                 *   (properties: shoal.status.v1.Session.$Shape): shoal.status.v1.Session & shoal.status.v1.Session.$Shape;
                 *   (properties?: shoal.status.v1.Session.$Properties): shoal.status.v1.Session;
                 * }}
                 */
                Session.create = function(properties) {
                    return new Session(properties);
                };

                /**
                 * Encodes the specified Session message. Does not implicitly {@link shoal.status.v1.Session.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Session
                 * @static
                 * @param {shoal.status.v1.Session.$Properties} message Session message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Session.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.session);
                    if (message.admin != null && $Object.hasOwnProperty.call(message, "admin") && message.admin !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.admin);
                    if (message.peer != null && $Object.hasOwnProperty.call(message, "peer") && message.peer !== "")
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.peer);
                    if (message.what != null && $Object.hasOwnProperty.call(message, "what") && message.what !== "")
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.what);
                    if (message.ended != null && $Object.hasOwnProperty.call(message, "ended") && message.ended !== false)
                        writer.uint32(/* id 5, wireType 0 =*/40).bool(message.ended);
                    if (message.ms != null && $Object.hasOwnProperty.call(message, "ms") && (typeof message.ms === "object" ? message.ms.low || message.ms.high : message.ms !== 0))
                        writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.ms);
                    if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.code);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Session message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Session
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Session & shoal.status.v1.Session.$Shape} Session
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Session.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Session();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.session = value;
                                else
                                    delete message.session;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.admin = value;
                                else
                                    delete message.admin;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.peer = value;
                                else
                                    delete message.peer;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.what = value;
                                else
                                    delete message.what;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.ended = value;
                                else
                                    delete message.ended;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.ms = value;
                                else
                                    delete message.ms;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.code = value;
                                else
                                    delete message.code;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Session;
            })();

            v1.CoordinatorFrame = (function() {

                /**
                 * Properties of a CoordinatorFrame.
                 * @typedef {Object} shoal.status.v1.CoordinatorFrame.$Properties
                 * @property {shoal.status.v1.Ack.$Properties|null} [ack] CoordinatorFrame ack
                 * @property {shoal.status.v1.Ack.$Properties|null} [heartbeat] CoordinatorFrame heartbeat
                 * @property {shoal.status.v1.Fleet.$Properties|null} [fleet] CoordinatorFrame fleet
                 * @property {"ack"|"heartbeat"|"fleet"} [body] CoordinatorFrame body
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a CoordinatorFrame.
                 * @memberof shoal.status.v1
                 * @interface ICoordinatorFrame
                 * @augments shoal.status.v1.CoordinatorFrame.$Properties
                 * @deprecated Use shoal.status.v1.CoordinatorFrame.$Properties instead.
                 */

                /**
                 * Narrowed shape of a CoordinatorFrame.
                 * @typedef {{
                 *   ack?: shoal.status.v1.Ack.$Shape|null;
                 *   heartbeat?: shoal.status.v1.Ack.$Shape|null;
                 *   fleet?: shoal.status.v1.Fleet.$Shape|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ body?: undefined; ack?: null; heartbeat?: null; fleet?: null }|{ body?: "ack"; ack: shoal.status.v1.Ack.$Shape; heartbeat?: null; fleet?: null }|{ body?: "heartbeat"; ack?: null; heartbeat: shoal.status.v1.Ack.$Shape; fleet?: null }|{ body?: "fleet"; ack?: null; heartbeat?: null; fleet: shoal.status.v1.Fleet.$Shape })
                 * )} shoal.status.v1.CoordinatorFrame.$Shape
                 */

                /**
                 * Constructs a new CoordinatorFrame.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a CoordinatorFrame.
                 * @constructor
                 * @param {shoal.status.v1.CoordinatorFrame.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const CoordinatorFrame = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * CoordinatorFrame ack.
                 * @member {shoal.status.v1.Ack.$Properties|null|undefined} ack
                 * @memberof shoal.status.v1.CoordinatorFrame
                 * @instance
                 */
                CoordinatorFrame.prototype.ack = null;

                /**
                 * CoordinatorFrame heartbeat.
                 * @member {shoal.status.v1.Ack.$Properties|null|undefined} heartbeat
                 * @memberof shoal.status.v1.CoordinatorFrame
                 * @instance
                 */
                CoordinatorFrame.prototype.heartbeat = null;

                /**
                 * CoordinatorFrame fleet.
                 * @member {shoal.status.v1.Fleet.$Properties|null|undefined} fleet
                 * @memberof shoal.status.v1.CoordinatorFrame
                 * @instance
                 */
                CoordinatorFrame.prototype.fleet = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * CoordinatorFrame body.
                 * @member {"ack"|"heartbeat"|"fleet"|undefined} body
                 * @memberof shoal.status.v1.CoordinatorFrame
                 * @instance
                 */
                $Object.defineProperty(CoordinatorFrame.prototype, "body", {
                    get: $util.oneOfGetter($oneOfFields = ["ack", "heartbeat", "fleet"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new CoordinatorFrame instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.CoordinatorFrame
                 * @static
                 * @param {shoal.status.v1.CoordinatorFrame.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.CoordinatorFrame} CoordinatorFrame instance
                 * @type {{
                 *   (properties: shoal.status.v1.CoordinatorFrame.$Shape): shoal.status.v1.CoordinatorFrame & shoal.status.v1.CoordinatorFrame.$Shape;
                 *   (properties?: shoal.status.v1.CoordinatorFrame.$Properties): shoal.status.v1.CoordinatorFrame;
                 * }}
                 */
                CoordinatorFrame.create = function(properties) {
                    return new CoordinatorFrame(properties);
                };

                /**
                 * Encodes the specified CoordinatorFrame message. Does not implicitly {@link shoal.status.v1.CoordinatorFrame.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.CoordinatorFrame
                 * @static
                 * @param {shoal.status.v1.CoordinatorFrame.$Properties} message CoordinatorFrame message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                CoordinatorFrame.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.ack != null && $Object.hasOwnProperty.call(message, "ack"))
                        $root.shoal.status.v1.Ack.encode(message.ack, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                    if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat"))
                        $root.shoal.status.v1.Ack.encode(message.heartbeat, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                    if (message.fleet != null && $Object.hasOwnProperty.call(message, "fleet"))
                        $root.shoal.status.v1.Fleet.encode(message.fleet, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a CoordinatorFrame message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.CoordinatorFrame
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.CoordinatorFrame & shoal.status.v1.CoordinatorFrame.$Shape} CoordinatorFrame
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                CoordinatorFrame.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.CoordinatorFrame();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.ack = $root.shoal.status.v1.Ack.decode(reader, reader.size(), $undefined, _depth + 1, message.ack);
                                message.body = "ack";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.heartbeat = $root.shoal.status.v1.Ack.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeat);
                                message.body = "heartbeat";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.fleet = $root.shoal.status.v1.Fleet.decode(reader, reader.size(), $undefined, _depth + 1, message.fleet);
                                message.body = "fleet";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return CoordinatorFrame;
            })();

            v1.Ack = (function() {

                /**
                 * Properties of an Ack.
                 * @typedef {Object} shoal.status.v1.Ack.$Properties
                 * @property {number|Long|null} [seq] Ack seq
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an Ack.
                 * @memberof shoal.status.v1
                 * @interface IAck
                 * @augments shoal.status.v1.Ack.$Properties
                 * @deprecated Use shoal.status.v1.Ack.$Properties instead.
                 */

                /**
                 * Shape of an Ack.
                 * @typedef {shoal.status.v1.Ack.$Properties} shoal.status.v1.Ack.$Shape
                 */

                /**
                 * Constructs a new Ack.
                 * @memberof shoal.status.v1
                 * @classdesc Represents an Ack.
                 * @constructor
                 * @param {shoal.status.v1.Ack.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Ack = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Ack seq.
                 * @member {number|Long} seq
                 * @memberof shoal.status.v1.Ack
                 * @instance
                 */
                Ack.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Creates a new Ack instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Ack
                 * @static
                 * @param {shoal.status.v1.Ack.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Ack} Ack instance
                 * @type {{
                 *   (properties: shoal.status.v1.Ack.$Shape): shoal.status.v1.Ack & shoal.status.v1.Ack.$Shape;
                 *   (properties?: shoal.status.v1.Ack.$Properties): shoal.status.v1.Ack;
                 * }}
                 */
                Ack.create = function(properties) {
                    return new Ack(properties);
                };

                /**
                 * Encodes the specified Ack message. Does not implicitly {@link shoal.status.v1.Ack.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Ack
                 * @static
                 * @param {shoal.status.v1.Ack.$Properties} message Ack message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Ack.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.seq);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an Ack message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Ack
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Ack & shoal.status.v1.Ack.$Shape} Ack
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Ack.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Ack();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.seq = value;
                                else
                                    delete message.seq;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Ack;
            })();

            v1.Fleet = (function() {

                /**
                 * Properties of a Fleet.
                 * @typedef {Object} shoal.status.v1.Fleet.$Properties
                 * @property {Uint8Array|null} [revocationList] Fleet revocationList
                 * @property {Array.<string>|null} [coordinators] Fleet coordinators
                 * @property {number|Long|null} [epoch] Fleet epoch
                 * @property {Array.<string>|null} [relays] Fleet relays
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Fleet.
                 * @memberof shoal.status.v1
                 * @interface IFleet
                 * @augments shoal.status.v1.Fleet.$Properties
                 * @deprecated Use shoal.status.v1.Fleet.$Properties instead.
                 */

                /**
                 * Shape of a Fleet.
                 * @typedef {shoal.status.v1.Fleet.$Properties} shoal.status.v1.Fleet.$Shape
                 */

                /**
                 * Constructs a new Fleet.
                 * @memberof shoal.status.v1
                 * @classdesc Represents a Fleet.
                 * @constructor
                 * @param {shoal.status.v1.Fleet.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Fleet = function (properties) {
                    this.coordinators = [];
                    this.relays = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Fleet revocationList.
                 * @member {Uint8Array} revocationList
                 * @memberof shoal.status.v1.Fleet
                 * @instance
                 */
                Fleet.prototype.revocationList = $util.newBuffer([]);

                /**
                 * Fleet coordinators.
                 * @member {Array.<string>} coordinators
                 * @memberof shoal.status.v1.Fleet
                 * @instance
                 */
                Fleet.prototype.coordinators = $util.emptyArray;

                /**
                 * Fleet epoch.
                 * @member {number|Long} epoch
                 * @memberof shoal.status.v1.Fleet
                 * @instance
                 */
                Fleet.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Fleet relays.
                 * @member {Array.<string>} relays
                 * @memberof shoal.status.v1.Fleet
                 * @instance
                 */
                Fleet.prototype.relays = $util.emptyArray;

                /**
                 * Creates a new Fleet instance using the specified properties.
                 * @function create
                 * @memberof shoal.status.v1.Fleet
                 * @static
                 * @param {shoal.status.v1.Fleet.$Properties=} [properties] Properties to set
                 * @returns {shoal.status.v1.Fleet} Fleet instance
                 * @type {{
                 *   (properties: shoal.status.v1.Fleet.$Shape): shoal.status.v1.Fleet & shoal.status.v1.Fleet.$Shape;
                 *   (properties?: shoal.status.v1.Fleet.$Properties): shoal.status.v1.Fleet;
                 * }}
                 */
                Fleet.create = function(properties) {
                    return new Fleet(properties);
                };

                /**
                 * Encodes the specified Fleet message. Does not implicitly {@link shoal.status.v1.Fleet.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.status.v1.Fleet
                 * @static
                 * @param {shoal.status.v1.Fleet.$Properties} message Fleet message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Fleet.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.revocationList != null && $Object.hasOwnProperty.call(message, "revocationList") && message.revocationList.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.revocationList);
                    if (message.coordinators != null && message.coordinators.length)
                        for (let i = 0; i < message.coordinators.length; ++i)
                            writer.uint32(/* id 2, wireType 2 =*/18).string(message.coordinators[i]);
                    if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                        writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.epoch);
                    if (message.relays != null && message.relays.length)
                        for (let i = 0; i < message.relays.length; ++i)
                            writer.uint32(/* id 4, wireType 2 =*/34).string(message.relays[i]);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Fleet message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.status.v1.Fleet
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.status.v1.Fleet & shoal.status.v1.Fleet.$Shape} Fleet
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Fleet.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.status.v1.Fleet();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.revocationList = value;
                                else
                                    delete message.revocationList;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.coordinators && message.coordinators.length))
                                    message.coordinators = [];
                                message.coordinators.push(reader.stringVerify());
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.epoch = value;
                                else
                                    delete message.epoch;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.relays && message.relays.length))
                                    message.relays = [];
                                message.relays.push(reader.stringVerify());
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Fleet;
            })();

            return v1;
        })();

        return status;
    })();

    shoal.tunnel = (function() {

        /**
         * Namespace tunnel.
         * @memberof shoal
         * @namespace
         */
        const tunnel = {};

        tunnel.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof shoal.tunnel
             * @namespace
             */
            const v1 = {};

            v1.Frame = (function() {

                /**
                 * Properties of a Frame.
                 * @typedef {Object} shoal.tunnel.v1.Frame.$Properties
                 * @property {number|Long|null} [received] Frame received
                 * @property {number|Long|null} [limit] Frame limit
                 * @property {number|null} [ping] Frame ping
                 * @property {number|null} [pong] Frame pong
                 * @property {shoal.tunnel.v1.Open.$Properties|null} [open] Frame open
                 * @property {shoal.tunnel.v1.Resume.$Properties|null} [resume] Frame resume
                 * @property {shoal.tunnel.v1.Attached.$Properties|null} [attached] Frame attached
                 * @property {shoal.tunnel.v1.Data.$Properties|null} [data] Frame data
                 * @property {string|null} [reset] Frame reset
                 * @property {"open"|"resume"|"attached"|"data"|"reset"} [body] Frame body
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Frame.
                 * @memberof shoal.tunnel.v1
                 * @interface IFrame
                 * @augments shoal.tunnel.v1.Frame.$Properties
                 * @deprecated Use shoal.tunnel.v1.Frame.$Properties instead.
                 */

                /**
                 * Narrowed shape of a Frame.
                 * @typedef {{
                 *   received?: number|Long|null;
                 *   limit?: number|Long|null;
                 *   ping?: number|null;
                 *   pong?: number|null;
                 *   open?: shoal.tunnel.v1.Open.$Shape|null;
                 *   resume?: shoal.tunnel.v1.Resume.$Shape|null;
                 *   attached?: shoal.tunnel.v1.Attached.$Shape|null;
                 *   data?: shoal.tunnel.v1.Data.$Shape|null;
                 *   reset?: string|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ body?: undefined; open?: null; resume?: null; attached?: null; data?: null; reset?: null }|{ body?: "open"; open: shoal.tunnel.v1.Open.$Shape; resume?: null; attached?: null; data?: null; reset?: null }|{ body?: "resume"; open?: null; resume: shoal.tunnel.v1.Resume.$Shape; attached?: null; data?: null; reset?: null }|{ body?: "attached"; open?: null; resume?: null; attached: shoal.tunnel.v1.Attached.$Shape; data?: null; reset?: null }|{ body?: "data"; open?: null; resume?: null; attached?: null; data: shoal.tunnel.v1.Data.$Shape; reset?: null }|{ body?: "reset"; open?: null; resume?: null; attached?: null; data?: null; reset: string })
                 * )} shoal.tunnel.v1.Frame.$Shape
                 */

                /**
                 * Constructs a new Frame.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents a Frame.
                 * @constructor
                 * @param {shoal.tunnel.v1.Frame.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Frame = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Frame received.
                 * @member {number|Long} received
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                Frame.prototype.received = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Frame limit.
                 * @member {number|Long} limit
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                Frame.prototype.limit = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Frame ping.
                 * @member {number} ping
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                Frame.prototype.ping = 0;

                /**
                 * Frame pong.
                 * @member {number} pong
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                Frame.prototype.pong = 0;

                /**
                 * Frame open.
                 * @member {shoal.tunnel.v1.Open.$Properties|null|undefined} open
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                Frame.prototype.open = null;

                /**
                 * Frame resume.
                 * @member {shoal.tunnel.v1.Resume.$Properties|null|undefined} resume
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                Frame.prototype.resume = null;

                /**
                 * Frame attached.
                 * @member {shoal.tunnel.v1.Attached.$Properties|null|undefined} attached
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                Frame.prototype.attached = null;

                /**
                 * Frame data.
                 * @member {shoal.tunnel.v1.Data.$Properties|null|undefined} data
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                Frame.prototype.data = null;

                /**
                 * Frame reset.
                 * @member {string|null|undefined} reset
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                Frame.prototype.reset = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * Frame body.
                 * @member {"open"|"resume"|"attached"|"data"|"reset"|undefined} body
                 * @memberof shoal.tunnel.v1.Frame
                 * @instance
                 */
                $Object.defineProperty(Frame.prototype, "body", {
                    get: $util.oneOfGetter($oneOfFields = ["open", "resume", "attached", "data", "reset"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Frame instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Frame
                 * @static
                 * @param {shoal.tunnel.v1.Frame.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Frame} Frame instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Frame.$Shape): shoal.tunnel.v1.Frame & shoal.tunnel.v1.Frame.$Shape;
                 *   (properties?: shoal.tunnel.v1.Frame.$Properties): shoal.tunnel.v1.Frame;
                 * }}
                 */
                Frame.create = function(properties) {
                    return new Frame(properties);
                };

                /**
                 * Encodes the specified Frame message. Does not implicitly {@link shoal.tunnel.v1.Frame.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Frame
                 * @static
                 * @param {shoal.tunnel.v1.Frame.$Properties} message Frame message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Frame.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.received != null && $Object.hasOwnProperty.call(message, "received") && (typeof message.received === "object" ? message.received.low || message.received.high : message.received !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.received);
                    if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && (typeof message.limit === "object" ? message.limit.low || message.limit.high : message.limit !== 0))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.limit);
                    if (message.ping != null && $Object.hasOwnProperty.call(message, "ping") && message.ping !== 0)
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.ping);
                    if (message.pong != null && $Object.hasOwnProperty.call(message, "pong") && message.pong !== 0)
                        writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.pong);
                    if (message.open != null && $Object.hasOwnProperty.call(message, "open"))
                        $root.shoal.tunnel.v1.Open.encode(message.open, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                    if (message.resume != null && $Object.hasOwnProperty.call(message, "resume"))
                        $root.shoal.tunnel.v1.Resume.encode(message.resume, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                    if (message.attached != null && $Object.hasOwnProperty.call(message, "attached"))
                        $root.shoal.tunnel.v1.Attached.encode(message.attached, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                    if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                        $root.shoal.tunnel.v1.Data.encode(message.data, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                    if (message.reset != null && $Object.hasOwnProperty.call(message, "reset"))
                        writer.uint32(/* id 9, wireType 2 =*/74).string(message.reset);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Frame message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Frame
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Frame & shoal.tunnel.v1.Frame.$Shape} Frame
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Frame.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Frame();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.received = value;
                                else
                                    delete message.received;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.limit = value;
                                else
                                    delete message.limit;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.ping = value;
                                else
                                    delete message.ping;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.pong = value;
                                else
                                    delete message.pong;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.open = $root.shoal.tunnel.v1.Open.decode(reader, reader.size(), $undefined, _depth + 1, message.open);
                                message.body = "open";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                message.resume = $root.shoal.tunnel.v1.Resume.decode(reader, reader.size(), $undefined, _depth + 1, message.resume);
                                message.body = "resume";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                message.attached = $root.shoal.tunnel.v1.Attached.decode(reader, reader.size(), $undefined, _depth + 1, message.attached);
                                message.body = "attached";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.data = $root.shoal.tunnel.v1.Data.decode(reader, reader.size(), $undefined, _depth + 1, message.data);
                                message.body = "data";
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                message.reset = reader.stringVerify();
                                message.body = "reset";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Frame;
            })();

            v1.Open = (function() {

                /**
                 * Properties of an Open.
                 * @typedef {Object} shoal.tunnel.v1.Open.$Properties
                 * @property {Uint8Array|null} [session] Open session
                 * @property {number|null} [attempt] Open attempt
                 * @property {shoal.tunnel.v1.Speed.$Properties|null} [speed] Open speed
                 * @property {shoal.tunnel.v1.Forward.$Properties|null} [forward] Open forward
                 * @property {shoal.tunnel.v1.Shell.$Properties|null} [shell] Open shell
                 * @property {"speed"|"forward"|"shell"} [service] Open service
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an Open.
                 * @memberof shoal.tunnel.v1
                 * @interface IOpen
                 * @augments shoal.tunnel.v1.Open.$Properties
                 * @deprecated Use shoal.tunnel.v1.Open.$Properties instead.
                 */

                /**
                 * Narrowed shape of an Open.
                 * @typedef {{
                 *   session?: Uint8Array|null;
                 *   attempt?: number|null;
                 *   speed?: shoal.tunnel.v1.Speed.$Shape|null;
                 *   forward?: shoal.tunnel.v1.Forward.$Shape|null;
                 *   shell?: shoal.tunnel.v1.Shell.$Shape|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ service?: undefined; speed?: null; forward?: null; shell?: null }|{ service?: "speed"; speed: shoal.tunnel.v1.Speed.$Shape; forward?: null; shell?: null }|{ service?: "forward"; speed?: null; forward: shoal.tunnel.v1.Forward.$Shape; shell?: null }|{ service?: "shell"; speed?: null; forward?: null; shell: shoal.tunnel.v1.Shell.$Shape })
                 * )} shoal.tunnel.v1.Open.$Shape
                 */

                /**
                 * Constructs a new Open.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents an Open.
                 * @constructor
                 * @param {shoal.tunnel.v1.Open.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Open = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Open session.
                 * @member {Uint8Array} session
                 * @memberof shoal.tunnel.v1.Open
                 * @instance
                 */
                Open.prototype.session = $util.newBuffer([]);

                /**
                 * Open attempt.
                 * @member {number} attempt
                 * @memberof shoal.tunnel.v1.Open
                 * @instance
                 */
                Open.prototype.attempt = 0;

                /**
                 * Open speed.
                 * @member {shoal.tunnel.v1.Speed.$Properties|null|undefined} speed
                 * @memberof shoal.tunnel.v1.Open
                 * @instance
                 */
                Open.prototype.speed = null;

                /**
                 * Open forward.
                 * @member {shoal.tunnel.v1.Forward.$Properties|null|undefined} forward
                 * @memberof shoal.tunnel.v1.Open
                 * @instance
                 */
                Open.prototype.forward = null;

                /**
                 * Open shell.
                 * @member {shoal.tunnel.v1.Shell.$Properties|null|undefined} shell
                 * @memberof shoal.tunnel.v1.Open
                 * @instance
                 */
                Open.prototype.shell = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * Open service.
                 * @member {"speed"|"forward"|"shell"|undefined} service
                 * @memberof shoal.tunnel.v1.Open
                 * @instance
                 */
                $Object.defineProperty(Open.prototype, "service", {
                    get: $util.oneOfGetter($oneOfFields = ["speed", "forward", "shell"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Open instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Open
                 * @static
                 * @param {shoal.tunnel.v1.Open.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Open} Open instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Open.$Shape): shoal.tunnel.v1.Open & shoal.tunnel.v1.Open.$Shape;
                 *   (properties?: shoal.tunnel.v1.Open.$Properties): shoal.tunnel.v1.Open;
                 * }}
                 */
                Open.create = function(properties) {
                    return new Open(properties);
                };

                /**
                 * Encodes the specified Open message. Does not implicitly {@link shoal.tunnel.v1.Open.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Open
                 * @static
                 * @param {shoal.tunnel.v1.Open.$Properties} message Open message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Open.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.session);
                    if (message.attempt != null && $Object.hasOwnProperty.call(message, "attempt") && message.attempt !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.attempt);
                    if (message.speed != null && $Object.hasOwnProperty.call(message, "speed"))
                        $root.shoal.tunnel.v1.Speed.encode(message.speed, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                    if (message.forward != null && $Object.hasOwnProperty.call(message, "forward"))
                        $root.shoal.tunnel.v1.Forward.encode(message.forward, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                    if (message.shell != null && $Object.hasOwnProperty.call(message, "shell"))
                        $root.shoal.tunnel.v1.Shell.encode(message.shell, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an Open message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Open
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Open & shoal.tunnel.v1.Open.$Shape} Open
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Open.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Open();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.session = value;
                                else
                                    delete message.session;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.attempt = value;
                                else
                                    delete message.attempt;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.speed = $root.shoal.tunnel.v1.Speed.decode(reader, reader.size(), $undefined, _depth + 1, message.speed);
                                message.service = "speed";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.forward = $root.shoal.tunnel.v1.Forward.decode(reader, reader.size(), $undefined, _depth + 1, message.forward);
                                message.service = "forward";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.shell = $root.shoal.tunnel.v1.Shell.decode(reader, reader.size(), $undefined, _depth + 1, message.shell);
                                message.service = "shell";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Open;
            })();

            v1.Resume = (function() {

                /**
                 * Properties of a Resume.
                 * @typedef {Object} shoal.tunnel.v1.Resume.$Properties
                 * @property {Uint8Array|null} [session] Resume session
                 * @property {number|null} [attempt] Resume attempt
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Resume.
                 * @memberof shoal.tunnel.v1
                 * @interface IResume
                 * @augments shoal.tunnel.v1.Resume.$Properties
                 * @deprecated Use shoal.tunnel.v1.Resume.$Properties instead.
                 */

                /**
                 * Shape of a Resume.
                 * @typedef {shoal.tunnel.v1.Resume.$Properties} shoal.tunnel.v1.Resume.$Shape
                 */

                /**
                 * Constructs a new Resume.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents a Resume.
                 * @constructor
                 * @param {shoal.tunnel.v1.Resume.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Resume = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Resume session.
                 * @member {Uint8Array} session
                 * @memberof shoal.tunnel.v1.Resume
                 * @instance
                 */
                Resume.prototype.session = $util.newBuffer([]);

                /**
                 * Resume attempt.
                 * @member {number} attempt
                 * @memberof shoal.tunnel.v1.Resume
                 * @instance
                 */
                Resume.prototype.attempt = 0;

                /**
                 * Creates a new Resume instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Resume
                 * @static
                 * @param {shoal.tunnel.v1.Resume.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Resume} Resume instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Resume.$Shape): shoal.tunnel.v1.Resume & shoal.tunnel.v1.Resume.$Shape;
                 *   (properties?: shoal.tunnel.v1.Resume.$Properties): shoal.tunnel.v1.Resume;
                 * }}
                 */
                Resume.create = function(properties) {
                    return new Resume(properties);
                };

                /**
                 * Encodes the specified Resume message. Does not implicitly {@link shoal.tunnel.v1.Resume.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Resume
                 * @static
                 * @param {shoal.tunnel.v1.Resume.$Properties} message Resume message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Resume.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session.length)
                        writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.session);
                    if (message.attempt != null && $Object.hasOwnProperty.call(message, "attempt") && message.attempt !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.attempt);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Resume message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Resume
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Resume & shoal.tunnel.v1.Resume.$Shape} Resume
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Resume.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Resume();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.session = value;
                                else
                                    delete message.session;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.attempt = value;
                                else
                                    delete message.attempt;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Resume;
            })();

            v1.Attached = (function() {

                /**
                 * Properties of an Attached.
                 * @typedef {Object} shoal.tunnel.v1.Attached.$Properties
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an Attached.
                 * @memberof shoal.tunnel.v1
                 * @interface IAttached
                 * @augments shoal.tunnel.v1.Attached.$Properties
                 * @deprecated Use shoal.tunnel.v1.Attached.$Properties instead.
                 */

                /**
                 * Shape of an Attached.
                 * @typedef {shoal.tunnel.v1.Attached.$Properties} shoal.tunnel.v1.Attached.$Shape
                 */

                /**
                 * Constructs a new Attached.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents an Attached.
                 * @constructor
                 * @param {shoal.tunnel.v1.Attached.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Attached = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Creates a new Attached instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Attached
                 * @static
                 * @param {shoal.tunnel.v1.Attached.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Attached} Attached instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Attached.$Shape): shoal.tunnel.v1.Attached & shoal.tunnel.v1.Attached.$Shape;
                 *   (properties?: shoal.tunnel.v1.Attached.$Properties): shoal.tunnel.v1.Attached;
                 * }}
                 */
                Attached.create = function(properties) {
                    return new Attached(properties);
                };

                /**
                 * Encodes the specified Attached message. Does not implicitly {@link shoal.tunnel.v1.Attached.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Attached
                 * @static
                 * @param {shoal.tunnel.v1.Attached.$Properties} message Attached message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Attached.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an Attached message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Attached
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Attached & shoal.tunnel.v1.Attached.$Shape} Attached
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Attached.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Attached();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        reader.skipType(tag & 7, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Attached;
            })();

            v1.Data = (function() {

                /**
                 * Properties of a Data.
                 * @typedef {Object} shoal.tunnel.v1.Data.$Properties
                 * @property {number|Long|null} [offset] Data offset
                 * @property {Uint8Array|null} [data] Data data
                 * @property {number|null} [channel] Data channel
                 * @property {boolean|null} [end] Data end
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Data.
                 * @memberof shoal.tunnel.v1
                 * @interface IData
                 * @augments shoal.tunnel.v1.Data.$Properties
                 * @deprecated Use shoal.tunnel.v1.Data.$Properties instead.
                 */

                /**
                 * Shape of a Data.
                 * @typedef {shoal.tunnel.v1.Data.$Properties} shoal.tunnel.v1.Data.$Shape
                 */

                /**
                 * Constructs a new Data.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents a Data.
                 * @constructor
                 * @param {shoal.tunnel.v1.Data.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Data = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Data offset.
                 * @member {number|Long} offset
                 * @memberof shoal.tunnel.v1.Data
                 * @instance
                 */
                Data.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Data data.
                 * @member {Uint8Array} data
                 * @memberof shoal.tunnel.v1.Data
                 * @instance
                 */
                Data.prototype.data = $util.newBuffer([]);

                /**
                 * Data channel.
                 * @member {number} channel
                 * @memberof shoal.tunnel.v1.Data
                 * @instance
                 */
                Data.prototype.channel = 0;

                /**
                 * Data end.
                 * @member {boolean} end
                 * @memberof shoal.tunnel.v1.Data
                 * @instance
                 */
                Data.prototype.end = false;

                /**
                 * Creates a new Data instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Data
                 * @static
                 * @param {shoal.tunnel.v1.Data.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Data} Data instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Data.$Shape): shoal.tunnel.v1.Data & shoal.tunnel.v1.Data.$Shape;
                 *   (properties?: shoal.tunnel.v1.Data.$Properties): shoal.tunnel.v1.Data;
                 * }}
                 */
                Data.create = function(properties) {
                    return new Data(properties);
                };

                /**
                 * Encodes the specified Data message. Does not implicitly {@link shoal.tunnel.v1.Data.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Data
                 * @static
                 * @param {shoal.tunnel.v1.Data.$Properties} message Data message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Data.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.offset);
                    if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                        writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.data);
                    if (message.channel != null && $Object.hasOwnProperty.call(message, "channel") && message.channel !== 0)
                        writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.channel);
                    if (message.end != null && $Object.hasOwnProperty.call(message, "end") && message.end !== false)
                        writer.uint32(/* id 4, wireType 0 =*/32).bool(message.end);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Data message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Data
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Data & shoal.tunnel.v1.Data.$Shape} Data
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Data.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Data();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.offset = value;
                                else
                                    delete message.offset;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.data = value;
                                else
                                    delete message.data;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.channel = value;
                                else
                                    delete message.channel;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.end = value;
                                else
                                    delete message.end;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Data;
            })();

            v1.Speed = (function() {

                /**
                 * Properties of a Speed.
                 * @typedef {Object} shoal.tunnel.v1.Speed.$Properties
                 * @property {number|Long|null} [bytesMax] Speed bytesMax
                 * @property {number|null} [msMax] Speed msMax
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Speed.
                 * @memberof shoal.tunnel.v1
                 * @interface ISpeed
                 * @augments shoal.tunnel.v1.Speed.$Properties
                 * @deprecated Use shoal.tunnel.v1.Speed.$Properties instead.
                 */

                /**
                 * Shape of a Speed.
                 * @typedef {shoal.tunnel.v1.Speed.$Properties} shoal.tunnel.v1.Speed.$Shape
                 */

                /**
                 * Constructs a new Speed.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents a Speed.
                 * @constructor
                 * @param {shoal.tunnel.v1.Speed.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Speed = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Speed bytesMax.
                 * @member {number|Long} bytesMax
                 * @memberof shoal.tunnel.v1.Speed
                 * @instance
                 */
                Speed.prototype.bytesMax = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Speed msMax.
                 * @member {number} msMax
                 * @memberof shoal.tunnel.v1.Speed
                 * @instance
                 */
                Speed.prototype.msMax = 0;

                /**
                 * Creates a new Speed instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Speed
                 * @static
                 * @param {shoal.tunnel.v1.Speed.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Speed} Speed instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Speed.$Shape): shoal.tunnel.v1.Speed & shoal.tunnel.v1.Speed.$Shape;
                 *   (properties?: shoal.tunnel.v1.Speed.$Properties): shoal.tunnel.v1.Speed;
                 * }}
                 */
                Speed.create = function(properties) {
                    return new Speed(properties);
                };

                /**
                 * Encodes the specified Speed message. Does not implicitly {@link shoal.tunnel.v1.Speed.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Speed
                 * @static
                 * @param {shoal.tunnel.v1.Speed.$Properties} message Speed message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Speed.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.bytesMax != null && $Object.hasOwnProperty.call(message, "bytesMax") && (typeof message.bytesMax === "object" ? message.bytesMax.low || message.bytesMax.high : message.bytesMax !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.bytesMax);
                    if (message.msMax != null && $Object.hasOwnProperty.call(message, "msMax") && message.msMax !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.msMax);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Speed message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Speed
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Speed & shoal.tunnel.v1.Speed.$Shape} Speed
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Speed.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Speed();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.bytesMax = value;
                                else
                                    delete message.bytesMax;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.msMax = value;
                                else
                                    delete message.msMax;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Speed;
            })();

            v1.Forward = (function() {

                /**
                 * Properties of a Forward.
                 * @typedef {Object} shoal.tunnel.v1.Forward.$Properties
                 * @property {string|null} [host] Forward host
                 * @property {number|null} [port] Forward port
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Forward.
                 * @memberof shoal.tunnel.v1
                 * @interface IForward
                 * @augments shoal.tunnel.v1.Forward.$Properties
                 * @deprecated Use shoal.tunnel.v1.Forward.$Properties instead.
                 */

                /**
                 * Shape of a Forward.
                 * @typedef {shoal.tunnel.v1.Forward.$Properties} shoal.tunnel.v1.Forward.$Shape
                 */

                /**
                 * Constructs a new Forward.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents a Forward.
                 * @constructor
                 * @param {shoal.tunnel.v1.Forward.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Forward = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Forward host.
                 * @member {string} host
                 * @memberof shoal.tunnel.v1.Forward
                 * @instance
                 */
                Forward.prototype.host = "";

                /**
                 * Forward port.
                 * @member {number} port
                 * @memberof shoal.tunnel.v1.Forward
                 * @instance
                 */
                Forward.prototype.port = 0;

                /**
                 * Creates a new Forward instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Forward
                 * @static
                 * @param {shoal.tunnel.v1.Forward.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Forward} Forward instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Forward.$Shape): shoal.tunnel.v1.Forward & shoal.tunnel.v1.Forward.$Shape;
                 *   (properties?: shoal.tunnel.v1.Forward.$Properties): shoal.tunnel.v1.Forward;
                 * }}
                 */
                Forward.create = function(properties) {
                    return new Forward(properties);
                };

                /**
                 * Encodes the specified Forward message. Does not implicitly {@link shoal.tunnel.v1.Forward.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Forward
                 * @static
                 * @param {shoal.tunnel.v1.Forward.$Properties} message Forward message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Forward.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.host != null && $Object.hasOwnProperty.call(message, "host") && message.host !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.host);
                    if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.port);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Forward message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Forward
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Forward & shoal.tunnel.v1.Forward.$Shape} Forward
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Forward.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Forward();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.host = value;
                                else
                                    delete message.host;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.port = value;
                                else
                                    delete message.port;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Forward;
            })();

            v1.Shell = (function() {

                /**
                 * Properties of a Shell.
                 * @typedef {Object} shoal.tunnel.v1.Shell.$Properties
                 * @property {Array.<string>|null} [command] Shell command
                 * @property {boolean|null} [pty] Shell pty
                 * @property {string|null} [term] Shell term
                 * @property {shoal.tunnel.v1.Size.$Properties|null} [size] Shell size
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Shell.
                 * @memberof shoal.tunnel.v1
                 * @interface IShell
                 * @augments shoal.tunnel.v1.Shell.$Properties
                 * @deprecated Use shoal.tunnel.v1.Shell.$Properties instead.
                 */

                /**
                 * Shape of a Shell.
                 * @typedef {shoal.tunnel.v1.Shell.$Properties} shoal.tunnel.v1.Shell.$Shape
                 */

                /**
                 * Constructs a new Shell.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents a Shell.
                 * @constructor
                 * @param {shoal.tunnel.v1.Shell.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Shell = function (properties) {
                    this.command = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Shell command.
                 * @member {Array.<string>} command
                 * @memberof shoal.tunnel.v1.Shell
                 * @instance
                 */
                Shell.prototype.command = $util.emptyArray;

                /**
                 * Shell pty.
                 * @member {boolean} pty
                 * @memberof shoal.tunnel.v1.Shell
                 * @instance
                 */
                Shell.prototype.pty = false;

                /**
                 * Shell term.
                 * @member {string} term
                 * @memberof shoal.tunnel.v1.Shell
                 * @instance
                 */
                Shell.prototype.term = "";

                /**
                 * Shell size.
                 * @member {shoal.tunnel.v1.Size.$Properties|null|undefined} size
                 * @memberof shoal.tunnel.v1.Shell
                 * @instance
                 */
                Shell.prototype.size = null;

                /**
                 * Creates a new Shell instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Shell
                 * @static
                 * @param {shoal.tunnel.v1.Shell.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Shell} Shell instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Shell.$Shape): shoal.tunnel.v1.Shell & shoal.tunnel.v1.Shell.$Shape;
                 *   (properties?: shoal.tunnel.v1.Shell.$Properties): shoal.tunnel.v1.Shell;
                 * }}
                 */
                Shell.create = function(properties) {
                    return new Shell(properties);
                };

                /**
                 * Encodes the specified Shell message. Does not implicitly {@link shoal.tunnel.v1.Shell.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Shell
                 * @static
                 * @param {shoal.tunnel.v1.Shell.$Properties} message Shell message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Shell.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.command != null && message.command.length)
                        for (let i = 0; i < message.command.length; ++i)
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.command[i]);
                    if (message.pty != null && $Object.hasOwnProperty.call(message, "pty") && message.pty !== false)
                        writer.uint32(/* id 2, wireType 0 =*/16).bool(message.pty);
                    if (message.term != null && $Object.hasOwnProperty.call(message, "term") && message.term !== "")
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.term);
                    if (message.size != null && $Object.hasOwnProperty.call(message, "size"))
                        $root.shoal.tunnel.v1.Size.encode(message.size, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Shell message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Shell
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Shell & shoal.tunnel.v1.Shell.$Shape} Shell
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Shell.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Shell();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.command && message.command.length))
                                    message.command = [];
                                message.command.push(reader.stringVerify());
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.pty = value;
                                else
                                    delete message.pty;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.term = value;
                                else
                                    delete message.term;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.size = $root.shoal.tunnel.v1.Size.decode(reader, reader.size(), $undefined, _depth + 1, message.size);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Shell;
            })();

            v1.Size = (function() {

                /**
                 * Properties of a Size.
                 * @typedef {Object} shoal.tunnel.v1.Size.$Properties
                 * @property {number|null} [rows] Size rows
                 * @property {number|null} [columns] Size columns
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Size.
                 * @memberof shoal.tunnel.v1
                 * @interface ISize
                 * @augments shoal.tunnel.v1.Size.$Properties
                 * @deprecated Use shoal.tunnel.v1.Size.$Properties instead.
                 */

                /**
                 * Shape of a Size.
                 * @typedef {shoal.tunnel.v1.Size.$Properties} shoal.tunnel.v1.Size.$Shape
                 */

                /**
                 * Constructs a new Size.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents a Size.
                 * @constructor
                 * @param {shoal.tunnel.v1.Size.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Size = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Size rows.
                 * @member {number} rows
                 * @memberof shoal.tunnel.v1.Size
                 * @instance
                 */
                Size.prototype.rows = 0;

                /**
                 * Size columns.
                 * @member {number} columns
                 * @memberof shoal.tunnel.v1.Size
                 * @instance
                 */
                Size.prototype.columns = 0;

                /**
                 * Creates a new Size instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Size
                 * @static
                 * @param {shoal.tunnel.v1.Size.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Size} Size instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Size.$Shape): shoal.tunnel.v1.Size & shoal.tunnel.v1.Size.$Shape;
                 *   (properties?: shoal.tunnel.v1.Size.$Properties): shoal.tunnel.v1.Size;
                 * }}
                 */
                Size.create = function(properties) {
                    return new Size(properties);
                };

                /**
                 * Encodes the specified Size message. Does not implicitly {@link shoal.tunnel.v1.Size.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Size
                 * @static
                 * @param {shoal.tunnel.v1.Size.$Properties} message Size message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Size.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.rows != null && $Object.hasOwnProperty.call(message, "rows") && message.rows !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.rows);
                    if (message.columns != null && $Object.hasOwnProperty.call(message, "columns") && message.columns !== 0)
                        writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.columns);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Size message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Size
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Size & shoal.tunnel.v1.Size.$Shape} Size
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Size.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Size();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.rows = value;
                                else
                                    delete message.rows;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.columns = value;
                                else
                                    delete message.columns;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Size;
            })();

            v1.Note = (function() {

                /**
                 * Properties of a Note.
                 * @typedef {Object} shoal.tunnel.v1.Note.$Properties
                 * @property {shoal.tunnel.v1.Size.$Properties|null} [size] Note size
                 * @property {shoal.tunnel.v1.Exit.$Properties|null} [exit] Note exit
                 * @property {shoal.tunnel.v1.Tally.$Properties|null} [tally] Note tally
                 * @property {"size"|"exit"|"tally"} [body] Note body
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Note.
                 * @memberof shoal.tunnel.v1
                 * @interface INote
                 * @augments shoal.tunnel.v1.Note.$Properties
                 * @deprecated Use shoal.tunnel.v1.Note.$Properties instead.
                 */

                /**
                 * Narrowed shape of a Note.
                 * @typedef {{
                 *   size?: shoal.tunnel.v1.Size.$Shape|null;
                 *   exit?: shoal.tunnel.v1.Exit.$Shape|null;
                 *   tally?: shoal.tunnel.v1.Tally.$Shape|null;
                 *   $unknowns?: Array.<Uint8Array>;
                 * } & (
                 *   ({ body?: undefined; size?: null; exit?: null; tally?: null }|{ body?: "size"; size: shoal.tunnel.v1.Size.$Shape; exit?: null; tally?: null }|{ body?: "exit"; size?: null; exit: shoal.tunnel.v1.Exit.$Shape; tally?: null }|{ body?: "tally"; size?: null; exit?: null; tally: shoal.tunnel.v1.Tally.$Shape })
                 * )} shoal.tunnel.v1.Note.$Shape
                 */

                /**
                 * Constructs a new Note.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents a Note.
                 * @constructor
                 * @param {shoal.tunnel.v1.Note.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Note = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Note size.
                 * @member {shoal.tunnel.v1.Size.$Properties|null|undefined} size
                 * @memberof shoal.tunnel.v1.Note
                 * @instance
                 */
                Note.prototype.size = null;

                /**
                 * Note exit.
                 * @member {shoal.tunnel.v1.Exit.$Properties|null|undefined} exit
                 * @memberof shoal.tunnel.v1.Note
                 * @instance
                 */
                Note.prototype.exit = null;

                /**
                 * Note tally.
                 * @member {shoal.tunnel.v1.Tally.$Properties|null|undefined} tally
                 * @memberof shoal.tunnel.v1.Note
                 * @instance
                 */
                Note.prototype.tally = null;

                // OneOf field names bound to virtual getters and setters
                let $oneOfFields;

                /**
                 * Note body.
                 * @member {"size"|"exit"|"tally"|undefined} body
                 * @memberof shoal.tunnel.v1.Note
                 * @instance
                 */
                $Object.defineProperty(Note.prototype, "body", {
                    get: $util.oneOfGetter($oneOfFields = ["size", "exit", "tally"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                /**
                 * Creates a new Note instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Note
                 * @static
                 * @param {shoal.tunnel.v1.Note.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Note} Note instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Note.$Shape): shoal.tunnel.v1.Note & shoal.tunnel.v1.Note.$Shape;
                 *   (properties?: shoal.tunnel.v1.Note.$Properties): shoal.tunnel.v1.Note;
                 * }}
                 */
                Note.create = function(properties) {
                    return new Note(properties);
                };

                /**
                 * Encodes the specified Note message. Does not implicitly {@link shoal.tunnel.v1.Note.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Note
                 * @static
                 * @param {shoal.tunnel.v1.Note.$Properties} message Note message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Note.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.size != null && $Object.hasOwnProperty.call(message, "size"))
                        $root.shoal.tunnel.v1.Size.encode(message.size, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                    if (message.exit != null && $Object.hasOwnProperty.call(message, "exit"))
                        $root.shoal.tunnel.v1.Exit.encode(message.exit, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                    if (message.tally != null && $Object.hasOwnProperty.call(message, "tally"))
                        $root.shoal.tunnel.v1.Tally.encode(message.tally, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Note message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Note
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Note & shoal.tunnel.v1.Note.$Shape} Note
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Note.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Note();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.size = $root.shoal.tunnel.v1.Size.decode(reader, reader.size(), $undefined, _depth + 1, message.size);
                                message.body = "size";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.exit = $root.shoal.tunnel.v1.Exit.decode(reader, reader.size(), $undefined, _depth + 1, message.exit);
                                message.body = "exit";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                message.tally = $root.shoal.tunnel.v1.Tally.decode(reader, reader.size(), $undefined, _depth + 1, message.tally);
                                message.body = "tally";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Note;
            })();

            v1.Exit = (function() {

                /**
                 * Properties of an Exit.
                 * @typedef {Object} shoal.tunnel.v1.Exit.$Properties
                 * @property {number|null} [code] Exit code
                 * @property {string|null} [signal] Exit signal
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an Exit.
                 * @memberof shoal.tunnel.v1
                 * @interface IExit
                 * @augments shoal.tunnel.v1.Exit.$Properties
                 * @deprecated Use shoal.tunnel.v1.Exit.$Properties instead.
                 */

                /**
                 * Shape of an Exit.
                 * @typedef {shoal.tunnel.v1.Exit.$Properties} shoal.tunnel.v1.Exit.$Shape
                 */

                /**
                 * Constructs a new Exit.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents an Exit.
                 * @constructor
                 * @param {shoal.tunnel.v1.Exit.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Exit = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Exit code.
                 * @member {number} code
                 * @memberof shoal.tunnel.v1.Exit
                 * @instance
                 */
                Exit.prototype.code = 0;

                /**
                 * Exit signal.
                 * @member {string} signal
                 * @memberof shoal.tunnel.v1.Exit
                 * @instance
                 */
                Exit.prototype.signal = "";

                /**
                 * Creates a new Exit instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Exit
                 * @static
                 * @param {shoal.tunnel.v1.Exit.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Exit} Exit instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Exit.$Shape): shoal.tunnel.v1.Exit & shoal.tunnel.v1.Exit.$Shape;
                 *   (properties?: shoal.tunnel.v1.Exit.$Properties): shoal.tunnel.v1.Exit;
                 * }}
                 */
                Exit.create = function(properties) {
                    return new Exit(properties);
                };

                /**
                 * Encodes the specified Exit message. Does not implicitly {@link shoal.tunnel.v1.Exit.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Exit
                 * @static
                 * @param {shoal.tunnel.v1.Exit.$Properties} message Exit message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Exit.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.code);
                    if (message.signal != null && $Object.hasOwnProperty.call(message, "signal") && message.signal !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.signal);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an Exit message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Exit
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Exit & shoal.tunnel.v1.Exit.$Shape} Exit
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Exit.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Exit();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.uint32())
                                    message.code = value;
                                else
                                    delete message.code;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.signal = value;
                                else
                                    delete message.signal;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Exit;
            })();

            v1.Tally = (function() {

                /**
                 * Properties of a Tally.
                 * @typedef {Object} shoal.tunnel.v1.Tally.$Properties
                 * @property {number|Long|null} [bytes] Tally bytes
                 * @property {number|Long|null} [ms] Tally ms
                 * @property {Uint8Array|null} [sha256] Tally sha256
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a Tally.
                 * @memberof shoal.tunnel.v1
                 * @interface ITally
                 * @augments shoal.tunnel.v1.Tally.$Properties
                 * @deprecated Use shoal.tunnel.v1.Tally.$Properties instead.
                 */

                /**
                 * Shape of a Tally.
                 * @typedef {shoal.tunnel.v1.Tally.$Properties} shoal.tunnel.v1.Tally.$Shape
                 */

                /**
                 * Constructs a new Tally.
                 * @memberof shoal.tunnel.v1
                 * @classdesc Represents a Tally.
                 * @constructor
                 * @param {shoal.tunnel.v1.Tally.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Tally = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Tally bytes.
                 * @member {number|Long} bytes
                 * @memberof shoal.tunnel.v1.Tally
                 * @instance
                 */
                Tally.prototype.bytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Tally ms.
                 * @member {number|Long} ms
                 * @memberof shoal.tunnel.v1.Tally
                 * @instance
                 */
                Tally.prototype.ms = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

                /**
                 * Tally sha256.
                 * @member {Uint8Array} sha256
                 * @memberof shoal.tunnel.v1.Tally
                 * @instance
                 */
                Tally.prototype.sha256 = $util.newBuffer([]);

                /**
                 * Creates a new Tally instance using the specified properties.
                 * @function create
                 * @memberof shoal.tunnel.v1.Tally
                 * @static
                 * @param {shoal.tunnel.v1.Tally.$Properties=} [properties] Properties to set
                 * @returns {shoal.tunnel.v1.Tally} Tally instance
                 * @type {{
                 *   (properties: shoal.tunnel.v1.Tally.$Shape): shoal.tunnel.v1.Tally & shoal.tunnel.v1.Tally.$Shape;
                 *   (properties?: shoal.tunnel.v1.Tally.$Properties): shoal.tunnel.v1.Tally;
                 * }}
                 */
                Tally.create = function(properties) {
                    return new Tally(properties);
                };

                /**
                 * Encodes the specified Tally message. Does not implicitly {@link shoal.tunnel.v1.Tally.verify|verify} messages.
                 * @function encode
                 * @memberof shoal.tunnel.v1.Tally
                 * @static
                 * @param {shoal.tunnel.v1.Tally.$Properties} message Tally message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Tally.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && (typeof message.bytes === "object" ? message.bytes.low || message.bytes.high : message.bytes !== 0))
                        writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.bytes);
                    if (message.ms != null && $Object.hasOwnProperty.call(message, "ms") && (typeof message.ms === "object" ? message.ms.low || message.ms.high : message.ms !== 0))
                        writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.ms);
                    if (message.sha256 != null && $Object.hasOwnProperty.call(message, "sha256") && message.sha256.length)
                        writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.sha256);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a Tally message from the specified reader or buffer.
                 * @function decode
                 * @memberof shoal.tunnel.v1.Tally
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {shoal.tunnel.v1.Tally & shoal.tunnel.v1.Tally.$Shape} Tally
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Tally.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.shoal.tunnel.v1.Tally();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.bytes = value;
                                else
                                    delete message.bytes;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                    message.ms = value;
                                else
                                    delete message.ms;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.bytes()).length)
                                    message.sha256 = value;
                                else
                                    delete message.sha256;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Tally;
            })();

            return v1;
        })();

        return tunnel;
    })();

    return shoal;
})();

export {
  $root as default
};
