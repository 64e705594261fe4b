-- Copyright (c) 2026 The dnn-surgery authors
--
-- SPDX-License-Identifier: GPL-2.0-only

-- Wireshark dissector for the messages between devices and MEC server, as doc/messages.md defines
-- them. Messages are put together from TCP segments. A connection is known by the first four bytes
-- of its first segment, whatever the port; to port 4600, any connection is.
--
--   tshark -X lua_script:dnn-surgery.lua -r server.pcap -Y 'surgery.type == 16'

local surgery = Proto("surgery", "DNN surgery")

local PREAMBLE_BYTES = 16
local MAGIC = 0x44445331 -- "DDS1"
local MAX_BODY_BYTES = 65536
local MAX_PAYLOAD_BYTES = 1073741824
local DEFAULT_PORT = 4600

local ROLES = { [0] = "control", [1] = "data" }
local ATTENDANCES = { [0] = "served", [1] = "choosing", [2] = "visiting" }
local REASONS = {
    [0] = "same cut",
    [1] = "first GRANT",
    [2] = "link",
    [3] = "price",
    [4] = "link and price",
    [5] = "scheduler",
    [6] = "model loading",
    [7] = "no memory",
    [8] = "model loaded",
}

-- {kind, name, title, unit or values}; the kinds are those of doc/messages.md. Fields with
-- without_layers are there only if the cut has no layers. "tensors" names what the table of
-- inferences calls the length of the payload.
local MESSAGES = {
    [1] = {
        name = "HELLO",
        { "u32", "device", "Device" },
        { "u8", "role", "Role", ROLES },
        { "text", "dnn", "DNN" },
        { "text", "processor", "Processor" },
        { "u64", "input_bytes", "Input", "byte" },
        { "u8", "activation_bits", "Activation width", "bit" },
        { "f64", "usage_price", "Usage price rho", "s" },
        { "f64", "cut_hysteresis", "Cut hysteresis" },
        { "f64", "host_message", "Host work for a message", "s", where_used = true },
        { "f64", "host_byte", "Host work for a byte", "s", where_used = true },
        { "u8", "measures_host_work", "Links hold host work", where_used = true },
        { "u8", "attendance", "Attendance", ATTENDANCES, where_used = true },
        { "texts", "other_dnns", "Other variants' DNN", where_used = true },
        { "list", "other_input_bytes", "Other variants' input", "byte", where_used = true },
        { "list", "other_activation_bits", "Other variants' activation width", "bit", where_used = true },
        { "list", "penalties", "Penalty", "s", where_used = true },
        { "list", "weights", "Weight of a second", where_used = true },
    },
    [2] = {
        name = "STATE",
        { "u32", "device", "Device" },
        { "f64", "uplink_rate", "Uplink rate", "bit/s" },
        { "f64", "uplink_delay", "Uplink delay", "s" },
        { "f64", "downlink_rate", "Downlink rate", "bit/s" },
        { "f64", "downlink_delay", "Downlink delay", "s" },
        { "u32", "offloads", "Offloads in flight" },
        { "i64", "sent", "Sent", "ns" },
        { "u64", "last_grant", "Last GRANT" },
        { "i64", "grant_delay", "Delay of that GRANT", "ns" },
        { "f64", "request_rate", "Request rate", "1/s" },
        { "u8", "leaving", "Leaving", where_used = true },
        { "f64", "gap_variation", "Variation of gaps", where_used = true },
    },
    [3] = {
        name = "PRICE",
        { "u64", "timestep", "Timestep" },
        { "u64", "round", "Round" },
        { "i64", "sent", "Sent", "ns" },
        { "text", "processor", "Server's processor" },
        { "list", "price", "Price", "s" },
        { "f64", "host_message", "Host work for a message", "s", where_used = true },
        { "f64", "host_byte", "Host work for a byte", "s", where_used = true },
        { "f64", "posted_price", "Posted price", "s", where_used = true },
    },
    [4] = {
        name = "DEMAND",
        { "u64", "round", "Round" },
        { "i64", "sent", "Sent", "ns" },
        { "list", "wanted", "Share wanted" },
        { "f64", "gain", "Gain", "s" },
    },
    [5] = {
        name = "OFFER",
        { "u64", "timestep", "Timestep" },
        { "u64", "round", "Round" },
        { "i64", "sent", "Sent", "ns" },
        { "f64", "share", "Share" },
        { "f64", "leftover", "Leftover" },
    },
    [6] = {
        name = "GRANT",
        { "u64", "sequence", "Sequence" },
        { "f64", "current_share", "Current share" },
        { "i64", "lease", "Lease", "ns" },
        { "i64", "sent", "Sent", "ns" },
        { "cut", "cut", "Cut" },
        { "f64", "shadow_price", "Shadow price", "s" },
        { "u32", "state_bytes", "Size of the last STATE", "byte" },
        { "i64", "state_delay", "Delay of that STATE", "ns" },
        { "f64", "predicted_latency", "Predicted latency T", "s" },
        { "u8", "reason", "Reason", REASONS },
        { "f64", "next_share", "Next share", without_layers = true },
        { "u8", "variant", "Variant", where_used = true },
        { "u8", "wants_gaps", "Wants variation of gaps", where_used = true },
    },
    [7] = { name = "BYE", { "u32", "device", "Device" } },
    [8] = {
        name = "ANNOUNCE",
        { "u32", "server", "Server" },
        { "u64", "sequence", "Sequence" },
        { "i64", "sent", "Sent", "ns" },
        { "i64", "age", "Age", "ns" },
        { "text", "address", "Address" },
        { "text", "processor", "Processor" },
        { "f64", "shadow_price", "Shadow price", "s" },
        { "f64", "load", "Load" },
        { "f64", "curvature", "Curvature kappa", "s" },
        { "u32", "devices", "Devices served" },
        { "f64", "host_message", "Host work for a message", "s", where_used = true },
        { "f64", "host_byte", "Host work for a byte", "s", where_used = true },
        { "f64", "posted_price", "Posted price", "s", where_used = true },
    },
    [9] = {
        name = "JOIN",
        { "u32", "device", "Device" },
        { "u64", "join", "Join" },
        { "i64", "sent", "Sent", "ns" },
        { "f64", "gain", "Gain", "s" },
    },
    [10] = {
        name = "ADMISSION",
        { "u64", "join", "Join" },
        { "i64", "sent", "Sent", "ns" },
        { "u8", "admitted", "Admitted" },
    },
    [12] = {
        name = "PEER",
        { "u32", "server", "Server" },
        { "i64", "sent", "Sent", "ns" },
    },
    [11] = { name = "CANCEL", { "u32", "device", "Device" }, { "u64", "inference", "Inference" } },
    [13] = {
        name = "REPORT",
        { "u32", "server", "Server" },
        { "u32", "device", "Device" },
        { "u8", "served", "Served" },
        { "i64", "sent", "Sent", "ns" },
        { "text", "dnn", "DNN" },
        { "text", "processor", "Processor" },
        { "text", "server_processor", "Server's processor" },
        { "u64", "input_bytes", "Input", "byte" },
        { "u8", "activation_bits", "Activation width", "bit" },
        { "f64", "usage_price", "Usage price rho", "s" },
        { "f64", "uplink_rate", "Uplink rate", "bit/s" },
        { "f64", "uplink_delay", "Uplink delay", "s" },
        { "f64", "downlink_rate", "Downlink rate", "bit/s" },
        { "f64", "downlink_delay", "Downlink delay", "s" },
        { "texts", "other_dnns", "Other variants' DNN", where_used = true },
        { "list", "other_input_bytes", "Other variants' input", "byte", where_used = true },
        { "list", "other_activation_bits", "Other variants' activation width", "bit", where_used = true },
        { "list", "penalties", "Penalty", "s", where_used = true },
        { "list", "weights", "Weight of a second", where_used = true },
    },
    [14] = {
        name = "PLAN",
        { "u32", "device", "Device" },
        { "i64", "sent", "Sent", "ns" },
        { "u32", "server", "Server" },
        { "text", "address", "Address" },
    },
    [15] = {
        name = "MOVE",
        { "u32", "device", "Device" },
        { "i64", "sent", "Sent", "ns" },
        { "u32", "server", "Server" },
        { "text", "address", "Address" },
    },
    [16] = {
        name = "ACTIVATION",
        payload = "always",
        tensors = "uplink_bytes",
        { "u32", "device", "Device" },
        { "u64", "inference", "Inference" },
        { "u32", "attempt", "Attempt" },
        { "i64", "sent", "Sent", "ns" },
        { "cut", "cut", "Cut" },
        { "f64", "work", "Work", "s", without_layers = true },
        { "u64", "result_bytes", "Result", "byte", without_layers = true },
        { "u8", "variant", "Variant", where_used = true },
    },
    [17] = {
        name = "RESULT",
        payload = "maybe",
        tensors = "downlink_bytes",
        { "u64", "inference", "Inference" },
        { "u32", "attempt", "Attempt" },
        { "i64", "activation_sent", "Activation sent", "ns" },
        { "i64", "activation_received", "Activation received", "ns" },
        { "i64", "server_start", "Server start", "ns" },
        { "i64", "server_end", "Server end", "ns" },
        { "i64", "sent", "Sent", "ns" },
        { "u64", "uplink_message_bytes", "Uplink message", "byte" },
        { "i64", "uplink_time", "Uplink time", "ns" },
        { "i64", "unpacking", "Host work on the activation", "ns", where_used = true },
        { "i64", "packing", "Host work on the result", "ns", where_used = true },
    },
    [18] = {
        name = "PROBE",
        payload = "always",
        { "u32", "device", "Device" },
        { "u32", "number", "Number" },
        { "i64", "sent", "Sent", "ns" },
        { "u32", "reply_bytes", "Reply wanted", "byte" },
    },
    [19] = {
        name = "PROBE_REPLY",
        payload = "maybe",
        { "u32", "number", "Number" },
        { "i64", "sent", "Sent", "ns" },
        { "u64", "uplink_message_bytes", "Uplink message", "byte" },
        { "i64", "uplink_time", "Uplink time", "ns" },
    },
}

-- FIELDS

local TYPE_NAMES = {}
for number, message in pairs(MESSAGES) do
    TYPE_NAMES[number] = message.name
end

local fields = {
    magic = ProtoField.uint32("surgery.magic", "Magic", base.HEX),
    version = ProtoField.uint8("surgery.version", "Version"),
    type = ProtoField.uint8("surgery.type", "Type", base.DEC, TYPE_NAMES),
    flags = ProtoField.uint16("surgery.flags", "Flags", base.HEX),
    body_bytes = ProtoField.uint32("surgery.body_bytes", "Length of the body (byte)"),
    payload_bytes = ProtoField.uint32("surgery.payload_bytes", "Length of the payload (byte)"),
    payload = ProtoField.bytes("surgery.payload", "Tensors"),
    layers = ProtoField.uint32("surgery.layers", "Layers"),
    on_device = ProtoField.uint32("surgery.on_device", "Layers on the device"),
    uplink_bytes = ProtoField.uint32("surgery.uplink_bytes", "Tensors sent up (byte)"),
    downlink_bytes = ProtoField.uint32("surgery.downlink_bytes", "Tensors sent down (byte)"),
}
local malformed = ProtoExpert.new("surgery.malformed", "Malformed message",
                                  expert.group.MALFORMED, expert.severity.ERROR)

-- what a capture lacks, which is no fault of the messages
local cut_short = ProtoExpert.new("surgery.cut_short", "Cut short by the capture",
                                  expert.group.UNDECODED, expert.severity.NOTE)
local no_start = ProtoExpert.new("surgery.no_start", "Start of the message not in the capture",
                                 expert.group.UNDECODED, expert.severity.WARN)

-- what a kind is in Wireshark; a field that two messages share is declared once
local DECLARE = {
    u8 = ProtoField.uint8,
    u32 = ProtoField.uint32,
    u64 = ProtoField.uint64,
    i64 = ProtoField.int64,
    f64 = ProtoField.double,
    text = ProtoField.string,
    cut = ProtoField.bytes,
    list = ProtoField.double,
    texts = ProtoField.string,
}
for _, message in pairs(MESSAGES) do
    for _, field in ipairs(message) do
        local kind, name, title, extra = field[1], field[2], field[3], field[4]
        if not fields[name] then
            if type(extra) == "table" then
                fields[name] = DECLARE[kind]("surgery." .. name, title, base.DEC, extra)
            else
                local label = extra and (title .. " (" .. extra .. ")") or title
                fields[name] = DECLARE[kind]("surgery." .. name, label)
            end
        end
    end
end
surgery.fields = fields
surgery.experts = { malformed, cut_short, no_start }

-- BODIES

-- Each reader adds a field to the tree and returns its size; it fails on bytes beyond the range.
local READ = {}
for kind, size in pairs({ u8 = 1, u32 = 4, u64 = 8, i64 = 8, f64 = 8 }) do
    READ[kind] = function(tree, field, range, offset)
        tree:add(field, range(offset, size))
        return size
    end
end
READ.text = function(tree, field, range, offset)
    local length = range(offset, 2):uint()
    local text = length > 0 and range(offset + 2, length):string() or ""
    tree:add(field, range(offset, 2 + length), text)
    return 2 + length
end
READ.texts = function(tree, field, range, offset)
    local size = 2
    for _ = 1, range(offset, 2):uint() do
        size = size + READ.text(tree, field, range, offset + size)
    end
    return size
end
READ.list = function(tree, field, range, offset)
    local count = range(offset, 2):uint()
    for i = 0, count - 1 do
        tree:add(field, range(offset + 2 + 8 * i, 8))
    end
    return 2 + 8 * count
end
READ.cut = function(tree, field, range, offset)
    local layers = range(offset, 4):uint()
    local size = math.floor((layers + 7) / 8)
    local branch = tree:add(fields.layers, range(offset, 4))
    if size > 0 then
        if range(offset + 3 + size, 1):uint() % 2 ^ (8 * size - layers) ~= 0 then
            error("bits left over in the cut")
        end
        local on_device = 0
        for i = 0, layers - 1 do
            on_device = on_device + range(offset + 4 + math.floor(i / 8), 1):bitfield(i % 8, 1)
        end
        tree:add(field, range(offset + 4, size))
        tree:add(fields.on_device, range(offset + 4, size), on_device):set_generated()
        branch:append_text(", " .. on_device .. " of them on the device")
    end
    return 4 + size, layers
end

local function dissect_body(message, range, tree)
    local offset = 0
    local layers
    for _, field in ipairs(message) do
        -- fields that are there only where they are used end a body
        local is_left_out = field.where_used and offset == range:len()
        if not (field.without_layers and layers > 0) and not is_left_out then
            local size, count = READ[field[1]](tree, fields[field[2]], range, offset)
            offset = offset + size
            layers = count or layers
        end
    end
    if offset ~= range:len() then
        error((range:len() - offset) .. " bytes too many")
    end
end

-- MESSAGES

-- Columns tell what a person looks for.
local function summarize(message, buffer)
    local name = message.name
    local body = buffer:range(PREAMBLE_BYTES, buffer(8, 4):uint())
    if name == "ACTIVATION" then
        return name .. " " .. body(4, 8):uint64() .. ", " .. buffer(12, 4):uint() .. " bytes"
    elseif name == "RESULT" then
        return name .. " " .. body(0, 8):uint64()
    elseif name == "GRANT" then
        return string.format("%s share %.4f", name, body(8, 8):float())
    end
    return name
end

-- The preamble of the message at an offset, in a tree of its own.
local function dissect_preamble(buffer, offset, size, root)
    local number = buffer(offset + 5, 1):uint()
    local message = MESSAGES[number]
    local title = message and message.name or "unknown type " .. number
    local tree = root:add(surgery, buffer(offset, size), "DNN surgery, " .. title)
    tree:add(fields.magic, buffer(offset, 4))
    tree:add(fields.version, buffer(offset + 4, 1))
    tree:add(fields.type, buffer(offset + 5, 1))
    tree:add(fields.flags, buffer(offset + 6, 2))
    tree:add(fields.body_bytes, buffer(offset + 8, 4))
    tree:add(fields.payload_bytes, buffer(offset + 12, 4))
    return tree, message, title
end

-- Bytes in the middle of a message, or of none.
local function dissect_rest(buffer, offset, size, root, what, text)
    local tree = root:add(surgery, buffer(offset, size), "DNN surgery, within a message")
    tree:add_proto_expert_info(what, text)
end

local function dissect_message(buffer, pinfo, root)
    pinfo.cols.protocol = "SURGERY"
    if buffer(0, 4):uint() ~= MAGIC then
        dissect_rest(buffer, 0, buffer:len(), root, no_start,
                     "the start of this message is not in the capture, or it is none")
        return buffer:len()
    end
    local body_bytes = buffer(8, 4):uint()
    local payload_bytes = buffer(12, 4):uint()
    local tree, message, title = dissect_preamble(buffer, 0, buffer:len(), root)
    local size = PREAMBLE_BYTES + body_bytes + payload_bytes
    if buffer(4, 1):uint() ~= 1 or size ~= buffer:len() then
        tree:add_proto_expert_info(malformed, "not a message of version 1")
        return buffer:len()
    end
    if message and message.tensors then
        tree:add(fields[message.tensors], buffer(12, 4)):set_generated()
    end
    if payload_bytes > 0 then
        tree:add(fields.payload, buffer:range(PREAMBLE_BYTES + body_bytes, payload_bytes))
    end
    local is_good, why = false, "no such message"
    if body_bytes == 0 then
        why = "no body"
    elseif message and message.payload ~= "maybe"
        and (payload_bytes > 0) ~= (message.payload == "always") then
        why = payload_bytes > 0 and "has a payload" or "no payload"
    elseif message then
        is_good, why = pcall(dissect_body, message, buffer:range(PREAMBLE_BYTES, body_bytes), tree)
    end
    if is_good then
        pinfo.cols.info:append(" " .. summarize(message, buffer))
    else
        tree:add_proto_expert_info(malformed, title .. ": " .. tostring(why))
    end
    return buffer:len()
end

-- The lengths of the body and of the payload by the preamble at an offset, if they are possible.
local function get_lengths(buffer, offset)
    local body_bytes = buffer(offset + 8, 4):uint()
    local payload_bytes = buffer(offset + 12, 4):uint()
    if body_bytes <= MAX_BODY_BYTES and payload_bytes <= MAX_PAYLOAD_BYTES then
        return body_bytes, payload_bytes
    end
    return nil
end

-- Where the next whole preamble of a known message begins at an offset or behind it; else nil.
local function find_start(buffer, offset)
    local bytes = buffer:raw()
    while true do
        local at = bytes:find("DDS1", offset + 1, true)
        if not at or at - 1 + PREAMBLE_BYTES > buffer:len() then
            return nil
        end
        if buffer(at + 3, 1):uint() == 1 and MESSAGES[buffer(at + 4, 1):uint()]
            and get_lengths(buffer, at - 1) then
            return at - 1
        end
        offset = at
    end
end

-- Of bytes that are no message, the next message is looked for behind them.
local function get_length(buffer, _, offset)
    if buffer(offset, 4):uint() ~= MAGIC then
        return (find_start(buffer, offset + PREAMBLE_BYTES) or buffer:len()) - offset
    end
    local body_bytes, payload_bytes = get_lengths(buffer, offset)
    return body_bytes and PREAMBLE_BYTES + body_bytes + payload_bytes or buffer:len() - offset
end

-- A segment of which the capture has the beginning only. It cannot be put together with others, so
-- that what can be shown is what stands in it.
local function dissect_cut_segment(buffer, pinfo, root)
    pinfo.cols.protocol = "SURGERY"
    local offset = 0
    while offset < buffer:len() do
        local start = find_start(buffer, offset)
        if start ~= offset then
            local size = (start or buffer:len()) - offset
            dissect_rest(buffer, offset, size, root, cut_short,
                         "within a message, and the packet is cut short by the capture")
        end
        if not start then
            return
        end
        local body_bytes, payload_bytes = get_lengths(buffer, start)
        local left = buffer:len() - start
        local size = math.min(PREAMBLE_BYTES + body_bytes + payload_bytes, left)
        local tree, message, title = dissect_preamble(buffer, start, size, root)
        if message.tensors then
            tree:add(fields[message.tensors], buffer(start + 12, 4)):set_generated()
        end
        if PREAMBLE_BYTES + body_bytes <= left then
            local body = buffer:range(start + PREAMBLE_BYTES, body_bytes)
            local is_good, why = pcall(dissect_body, message, body, tree)
            if not is_good then
                tree:add_proto_expert_info(malformed, title .. ": " .. tostring(why))
            end
        end
        if PREAMBLE_BYTES + body_bytes + payload_bytes > left then
            tree:add_proto_expert_info(cut_short, title .. ": cut short by the capture")
        end
        pinfo.cols.info:append(" " .. title)
        offset = start + size
    end
end

local function dissect_segment(buffer, pinfo, tree)
    if buffer:reported_len() > buffer:len() then
        dissect_cut_segment(buffer, pinfo, tree)
        return buffer:len()
    end
    local count = math.min(4, buffer:len())
    local skipped = 0
    if buffer:raw(0, count) ~= ("DDS1"):sub(1, count) then
        pinfo.cols.protocol = "SURGERY"
        skipped = find_start(buffer, 0) or buffer:len()
        dissect_rest(buffer, 0, skipped, tree, no_start,
                     "the start of this message is not in the capture, or it is none")
    end
    if skipped < buffer:len() then
        local rest = skipped > 0 and buffer(skipped):tvb() or buffer
        dissect_tcp_pdus(rest, tree, PREAMBLE_BYTES, get_length, dissect_message)
        -- more of a message is wanted from where it begins in the whole segment
        if skipped > 0 and pinfo.desegment_len > 0 then
            pinfo.desegment_offset = pinfo.desegment_offset + skipped
        end
    end
    return buffer:len()
end

surgery.dissector = dissect_segment

-- A connection whose first segment begins with the magic is ours. The function is called as such:
-- Wireshark lets only the first dissector above TCP ask for more segments, and surgery.dissector
-- would be a second one.
surgery:register_heuristic("tcp", function(buffer, pinfo, tree)
    if buffer:len() < 4 or buffer(0, 4):uint() ~= MAGIC then
        return false
    end
    pinfo.conversation = surgery
    dissect_segment(buffer, pinfo, tree)
    return true
end)
DissectorTable.get("tcp.port"):add(DEFAULT_PORT, surgery)
