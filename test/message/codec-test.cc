/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/message/codec.h"

#include "ns3/surgery-header.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace
{

using namespace ns3::surgery;

using Bytes = std::vector<uint8_t>;
constexpr uint32_t SEED = 14;

/// A visitor that draws each field anew until its own check takes the value.
class FieldFiller
{
  public:
    /// @param generator draws
    explicit FieldFiller(std::mt19937_64& generator)
        : m_generator(generator)
    {
    }

    template <typename T, typename... Checks>
    void operator()(const char* /* name */,
                    const char* /* unit */,
                    T& value,
                    const Checks&... isGood)
    {
        do
        {
            Draw(value);
        } while (!(isGood(value) && ...));
    }

    template <typename T, typename... Checks>
    void Optional(const char* name,
                  const char* unit,
                  T& value,
                  const std::decay_t<T>& absent,
                  const Checks&... isGood)
    {
        value = absent;
        if (Index(2) == 1)
        {
            (*this)(name, unit, value, isGood...);
        }
    }

  private:
    /// @param top how many there are @return one of them
    std::size_t Index(std::size_t top)
    {
        return m_generator() % top;
    }

    /// Half of the numbers are small: limits lie there.
    template <typename T>
    void Draw(T& value)
    {
        if constexpr (std::is_enum_v<T>)
        {
            value = WireValues<T>::VALUES[Index(std::size(WireValues<T>::VALUES))];
        }
        else
        {
            value = static_cast<T>(Index(2) ? m_generator() : Index(40) - 1);
        }
    }

    void Draw(double& value)
    {
        const double values[] =
            {0, 1, 8, 16, 32, std::ldexp(Index(1000), -10), 1e6 * Index(1000), -1};
        value = values[Index(std::size(values))];
        if (Index(4) == 0)
        {
            const uint64_t bits = m_generator();
            std::memcpy(&value, &bits, sizeof(value));
        }
    }

    void Draw(std::string& value)
    {
        value.resize(Index(12));
        for (auto& c : value)
        {
            c = static_cast<char>(' ' + Index(95));
        }
    }

    void Draw(std::vector<bool>& value)
    {
        value.resize(Index(2) * Index(40));
        for (std::size_t i = 0; i < value.size(); ++i)
        {
            value[i] = Index(2) == 1;
        }
    }

    void Draw(std::vector<double>& value)
    {
        value.resize(Index(5));
        for (auto& element : value)
        {
            Draw(element);
        }
    }

    void Draw(std::vector<std::string>& value)
    {
        value.resize(Index(3));
        for (auto& element : value)
        {
            Draw(element);
        }
    }

    std::mt19937_64& m_generator; //!< draws
};

/// A visitor that collects what is told of the fields.
struct FieldLister
{
    std::vector<std::string> names; ///< of all fields that travel
    std::size_t optional{0};        ///< how many of them only where they are used

    template <typename T, typename... Checks>
    void operator()(const char* name,
                    const char* /* unit */,
                    const T& /* value */,
                    const Checks&... /* checks */)
    {
        names.emplace_back(name);
    }

    template <typename T, typename... Checks>
    void Optional(const char* name,
                  const char* /* unit */,
                  const T& /* value */,
                  const std::decay_t<T>& /* absent */,
                  const Checks&... /* checks */)
    {
        names.emplace_back(name);
        ++optional;
    }
};

/// @param generator draws @return a message of the type with random good values
template <typename Message>
Message
MakeMessage(std::mt19937_64& generator)
{
    Message message;
    FieldFiller filler(generator);
    Message::ForEachField(message, filler);
    return message;
}

/// Calls a function with a default message of each type.
template <typename Function, typename... Messages>
void
ForEachType(const Function& function, const std::variant<Messages...>* /* list */)
{
    (function(Messages()), ...);
}

/// Calls a function with many random messages of each type.
template <typename Function>
void
ForManyMessages(int count, const Function& function)
{
    std::mt19937_64 generator(SEED);
    const auto draw = [&](auto message) {
        using Message = decltype(message);
        SCOPED_TRACE(std::string(Message::NAME) + ", seed " + std::to_string(SEED));
        for (int i = 0; i < count && !testing::Test::HasFatalFailure(); ++i)
        {
            function(MakeMessage<Message>(generator));
        }
    };
    ForEachType(draw, static_cast<const MessageBody*>(nullptr));
}

/// Decodes from memory that ends where the bytes end. @return whether they are a message
template <typename Message>
bool
DecodeExactly(const Bytes& bytes, Message& message)
{
    const auto copy = std::make_unique<uint8_t[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), copy.get());
    return Decode(copy.get(), bytes.size(), message);
}

/// What no message has yet: fields that travel only where they are used.
struct Extended
{
    uint32_t number{0};        //!< always there
    std::string site{"here"};  //!< optional
    double accuracy{1};        //!< optional, 0..1
    std::vector<bool> choices; //!< optional

    template <typename Message, typename Visitor>
    static void ForEachField(Message& message, Visitor& visit)
    {
        visit("number", "", message.number);
        visit.Optional("site", "", message.site, "here");
        visit.Optional("accuracy", "", message.accuracy, 1.0, IsFraction);
        visit.Optional("choices", "", message.choices, {});
    }
};

bool
operator==(const Extended& a, const Extended& b)
{
    return a.number == b.number && a.site == b.site && a.accuracy == b.accuracy &&
           a.choices == b.choices;
}

} // unnamed namespace

TEST(CodecTest, NumbersAndNamesAreDistinct)
{
    std::set<MessageType> types;
    std::set<std::string> names;
    const auto look = [&](const auto& message) {
        EXPECT_TRUE(types.insert(message.TYPE).second) << message.NAME;
        EXPECT_TRUE(names.insert(message.NAME).second) << message.NAME;
        EXPECT_EQ(GetMessageType(message), message.TYPE);
        std::ostringstream os;
        os << message.TYPE;
        EXPECT_EQ(os.str(), message.NAME);
        FieldLister lister;
        message.ForEachField(message, lister);
        const std::set<std::string> fields(lister.names.begin(), lister.names.end());
        EXPECT_EQ(fields.size(), lister.names.size()) << "two fields of " << message.NAME;
        EXPECT_EQ(FindFault(message), "") << "a message is good as it is made";
    };
    ForEachType(look, static_cast<const MessageBody*>(nullptr));
    EXPECT_EQ(types.size(), std::variant_size_v<MessageBody>);
    std::ostringstream os;
    os << MessageType{99};
    EXPECT_EQ(os.str(), "type 99");
}

TEST(CodecTest, EveryMessageArrivesAsSent)
{
    ForManyMessages(300, [](const auto& message) {
        const auto bytes = Encode(message);
        ASSERT_EQ(EncodeBody(message), bytes);
        ASSERT_EQ(CountBodyBytes(message), bytes.size());
        ASSERT_EQ(FindFault(message), "");
        MessageBody body;
        ASSERT_TRUE(DecodeBody(message.TYPE, bytes.data(), bytes.size(), body));
        ASSERT_EQ(GetMessageType(body), message.TYPE);
        ASSERT_EQ(EncodeBody(body), bytes);
        std::ostringstream before;
        std::ostringstream after;
        PrintBody(before, message);
        PrintBody(after, body);
        ASSERT_EQ(before.str(), after.str());
    });
}

TEST(CodecTest, EveryTruncationIsRejected)
{
    ForManyMessages(30, [](auto message) {
        auto bytes = Encode(message);
        auto longer = bytes;
        longer.push_back(0);
        ASSERT_FALSE(DecodeExactly(longer, message));
        FieldLister lister;
        message.ForEachField(message, lister);
        std::size_t passed = 0;
        while (!bytes.empty())
        {
            bytes.pop_back();
            if (DecodeExactly(bytes, message)) // it lacks fields that need not travel
            {
                ++passed;
                ASSERT_EQ(Encode(message), bytes);
            }
        }
        ASSERT_LE(passed, lister.optional);
    });
}

TEST(CodecTest, EveryDamagedByteIsRejectedOrAValueOfItsOwn)
{
    // nothing is repaired in silence: what passes is written as it was read
    std::size_t passed = 0;
    std::size_t rejected = 0;
    ForManyMessages(3, [&](auto message) {
        auto bytes = Encode(message);
        for (auto& byte : bytes)
        {
            const auto good = byte;
            for (int value = 0; value < 256; ++value)
            {
                byte = static_cast<uint8_t>(value);
                const auto isGood = DecodeExactly(bytes, message);
                ASSERT_TRUE(isGood || value != good);
                ++(isGood ? passed : rejected);
                if (isGood)
                {
                    ASSERT_EQ(Encode(message), bytes);
                }
            }
            byte = good;
        }
    });
    EXPECT_GT(passed, 10000U);
    EXPECT_GT(rejected, 10000U);
}

TEST(CodecTest, AnOptionalFieldTravelsOnlyWhereItIsUsed)
{
    const Bytes plain{0, 0, 0, 7};
    EXPECT_EQ(Encode(Extended{7, "here", 1, {}}), plain);
    Extended read{0, "there", 0.5, {true}};
    ASSERT_TRUE(DecodeExactly(plain, read));
    EXPECT_EQ(read, (Extended{7, "here", 1, {}}));
    // those before the last one that is used travel with it
    const Bytes named{0, 0, 0, 7, 0, 1, 'x'};
    EXPECT_EQ(Encode(Extended{7, "x", 1, {}}), named);
    EXPECT_EQ(Encode(Extended{7, "here", 0.5, {}}).size(), 4U + 6 + 8);
    EXPECT_EQ(Encode(Extended{7, "here", 1, {true}}).size(), 4U + 6 + 8 + 5);
    // one that need not have come has another message's bytes
    EXPECT_FALSE(DecodeExactly({0, 0, 0, 7, 0, 4, 'h', 'e', 'r', 'e'}, read));
    EXPECT_STREQ(FindBadField(Extended{7, "here", 1.5, {}}), "accuracy");
    std::ostringstream os;
    FieldPrinter printer(os);
    const Extended used{7, "here", 0.5, {}};
    Extended::ForEachField(used, printer);
    EXPECT_EQ(os.str(), " number=7 accuracy=0.5");
}

TEST(CodecTest, OptionalFieldsAreReadAsWritten)
{
    SCOPED_TRACE("seed " + std::to_string(SEED));
    std::mt19937_64 generator(SEED);
    for (int i = 0; i < 2000; ++i)
    {
        const auto message = MakeMessage<Extended>(generator);
        auto bytes = Encode(message);
        Extended read;
        ASSERT_TRUE(DecodeExactly(bytes, read));
        ASSERT_EQ(read, message);
        while (!bytes.empty())
        {
            bytes.pop_back();
            if (DecodeExactly(bytes, read))
            {
                ASSERT_EQ(Encode(read), bytes);
            }
        }
    }
}

TEST(CodecTest, ValuesOutOfRangeAreRejectedOnBothSides)
{
    constexpr auto NAN_VALUE = std::numeric_limits<double>::quiet_NaN();
    constexpr auto INFINITE = std::numeric_limits<double>::infinity();
    std::vector<std::pair<std::string, MessageBody>> bad;
    const auto add = [&bad](const std::string& field, auto body, auto change) {
        change(body);
        bad.emplace_back(field, body);
    };
    for (const auto value : {NAN_VALUE, INFINITE, -INFINITE, -1e-9})
    {
        add("HELLO: usage_price", Hello(), [value](Hello& h) { h.usagePriceS = value; });
        add("STATE: uplink_rate", State(), [value](State& s) { s.uplinkBps = value; });
        add("STATE: uplink_delay", State(), [value](State& s) { s.uplinkDelayS = value; });
        add("STATE: downlink_rate", State(), [value](State& s) { s.downlinkBps = value; });
        add("STATE: downlink_delay", State(), [value](State& s) { s.downlinkDelayS = value; });
        add("STATE: request_rate", State(), [value](State& s) { s.requestRatePerS = value; });
        add("STATE: gap_variation", State(), [value](State& s) { s.gapVariation = value; });
        add("PRICE: price", Price(), [value](Price& p) { p.prices = {value}; });
        add("OFFER: share", Offer(), [value](Offer& o) { o.share = value; });
        add("OFFER: leftover", Offer(), [value](Offer& o) { o.leftover = value; });
        add("ACTIVATION: work", Activation(), [value](Activation& a) { a.workS = value; });
        add("GRANT: current_share", Grant(), [value](Grant& g) { g.currentShare = value; });
        add("GRANT: next_share", Grant(), [value](Grant& g) { g.nextShare = value; });
        add("GRANT: shadow_price", Grant(), [value](Grant& g) { g.shadowPriceS = value; });
        add("GRANT: predicted_latency", Grant(), [value](Grant& g) { g.latencyS = value; });
        add("HELLO: cut_hysteresis", Hello(), [value](Hello& h) { h.cutHysteresis = value; });
        add("HELLO: host_message", Hello(), [value](Hello& h) { h.hostMessageS = value; });
        add("HELLO: penalties", Hello(), [value](Hello& h) { h.terms.penaltiesS = {value}; });
        add("HELLO: weights", Hello(), [value](Hello& h) { h.terms.weights = {1, 1, value, 1}; });
        add("HELLO: host_byte", Hello(), [value](Hello& h) { h.hostByteS = value; });
        add("PRICE: host_message", Price(), [value](Price& p) { p.hostMessageS = value; });
        add("PRICE: host_byte", Price(), [value](Price& p) { p.hostByteS = value; });
        add("PRICE: posted_price", Price(), [value](Price& p) { p.postedPriceS = value; });
        add("ANNOUNCE: shadow_price", Announce(), [value](Announce& a) { a.shadowPriceS = value; });
        add("ANNOUNCE: load", Announce(), [value](Announce& a) { a.load = value; });
        add("ANNOUNCE: curvature", Announce(), [value](Announce& a) { a.curvatureS = value; });
        add("ANNOUNCE: host_message", Announce(), [value](Announce& a) { a.hostMessageS = value; });
        add("ANNOUNCE: host_byte", Announce(), [value](Announce& a) { a.hostByteS = value; });
        add("ANNOUNCE: posted_price", Announce(), [value](Announce& a) { a.postedPriceS = value; });
        add("JOIN: gain", Join(), [value](Join& j) { j.gainS = value; });
        add("REPORT: usage_price", Report(), [value](Report& r) { r.usagePriceS = value; });
        add("REPORT: uplink_rate", Report(), [value](Report& r) { r.uplinkBps = value; });
        add("REPORT: uplink_delay", Report(), [value](Report& r) { r.uplinkDelayS = value; });
        add("REPORT: downlink_rate", Report(), [value](Report& r) { r.downlinkBps = value; });
        add("REPORT: downlink_delay", Report(), [value](Report& r) { r.downlinkDelayS = value; });
    }
    add("ANNOUNCE: sequence", Announce(), [](Announce& a) { a.sequence = 0; });
    add("ANNOUNCE: sent", Announce(), [](Announce& a) { a.sentNs = -1; });
    add("ANNOUNCE: age", Announce(), [](Announce& a) { a.ageNs = -1; });
    add("ANNOUNCE: address", Announce(), [](Announce& a) { a.address = "a\nb"; });
    add("ANNOUNCE: processor", Announce(), [](Announce& a) { a.processor = "a\tb"; });
    add("ANNOUNCE: load", Announce(), [](Announce& a) { a.load = 1.0000001; });
    add("JOIN: join", Join(), [](Join& j) { j.number = 0; });
    add("JOIN: sent", Join(), [](Join& j) { j.sentNs = -1; });
    add("ADMISSION: join", Admission(), [](Admission& a) { a.number = 0; });
    add("ADMISSION: sent", Admission(), [](Admission& a) { a.sentNs = -1; });
    add("ADMISSION: admitted", Admission(), [](Admission& a) { a.admitted = 2; });
    add("PEER: sent", Peer(), [](Peer& p) { p.sentNs = -1; });
    add("REPORT: served", Report(), [](Report& r) { r.served = 2; });
    add("REPORT: sent", Report(), [](Report& r) { r.sentNs = -1; });
    add("REPORT: activation_bits", Report(), [](Report& r) { r.activationBits = 0; });
    add("REPORT: dnn", Report(), [](Report& r) { r.dnn = "a\nb"; });
    add("PLAN: sent", Plan(), [](Plan& p) { p.sentNs = -1; });
    add("PLAN: address", Plan(), [](Plan& p) { p.address = "a\nb"; });
    add("MOVE: sent", Move(), [](Move& m) { m.sentNs = -1; });
    add("MOVE: address", Move(), [](Move& m) { m.address = "a\nb"; });
    add("STATE: leaving", State(), [](State& s) { s.leaving = 2; });
    add("GRANT: wants_gaps", Grant(), [](Grant& g) { g.wantsGaps = 2; });
    add("HELLO: attendance", Hello(), [](Hello& h) { h.attendance = static_cast<Attendance>(3); });
    const auto addVariant = [](Hello& h) {
        h.terms.otherDnns = {"another"};
        h.terms.otherInputBytes = {1};
        h.terms.otherActivationBits = {8};
    };
    add("HELLO: other_dnns", Hello(), [addVariant](Hello& h) {
        addVariant(h);
        h.terms.otherDnns[0] = "a\nb";
    });
    const auto addVariants = [](VariantTerms& terms, std::size_t others) {
        terms.otherDnns.assign(others, "another");
        terms.otherInputBytes.assign(others, 1);
        terms.otherActivationBits.assign(others, 8);
    };
    Hello most;
    addVariants(most.terms, MOST_VARIANTS - 1);
    EXPECT_EQ(FindFault(most), "");
    add("HELLO: other_dnns", Hello(), [&](Hello& h) { addVariants(h.terms, MOST_VARIANTS); });
    add("REPORT: other_dnns", Report(), [&](Report& r) { addVariants(r.terms, 300); });
    add("HELLO: other_input_bytes", Hello(), [addVariant](Hello& h) {
        addVariant(h);
        h.terms.otherInputBytes = {0.5};
    });
    add("HELLO: other_input_bytes", Hello(), [addVariant](Hello& h) {
        addVariant(h);
        h.terms.otherInputBytes = {1, 2};
    });
    add("HELLO: other_activation_bits", Hello(), [addVariant](Hello& h) {
        addVariant(h);
        h.terms.otherActivationBits = {12};
    });
    add("HELLO: penalties", Hello(), [](Hello& h) { h.terms.penaltiesS = {0, 0}; });
    add("HELLO: weights", Hello(), [](Hello& h) { h.terms.weights = {1, 1, 1}; });
    add("HELLO: weights", Hello(), [](Hello& h) { h.terms.weights = {0.5, 1, 1, 1}; });
    add("REPORT: penalties", Report(), [](Report& r) { r.terms.penaltiesS = {1, 1}; });
    add("HELLO: measures_host_work", Hello(), [](Hello& h) { h.measuresHostWork = 2; });
    add("RESULT: unpacking", Result(), [](Result& r) { r.unpackingNs = -1; });
    add("RESULT: packing", Result(), [](Result& r) { r.packingNs = -1; });
    add("STATE: uplink_rate", State(), [](State& s) { s.uplinkBps = 0; });
    add("STATE: downlink_rate", State(), [](State& s) { s.downlinkBps = 0; });
    add("STATE: sent", State(), [](State& s) { s.sentNs = -1; });
    add("STATE: grant_delay", State(), [](State& s) { s.grantDelayNs = -2; });
    add("GRANT: current_share", Grant(), [](Grant& g) { g.currentShare = 1.0000001; });
    add("PRICE: sent", Price(), [](Price& p) { p.sentNs = -1; });
    add("PRICE: processor", Price(), [](Price& p) { p.processor = "a\nb"; });
    add("PRICE: price", Price(), [](Price& p) { p.prices = {2, 1}; });
    add("DEMAND: sent", Demand(), [](Demand& d) { d.sentNs = -1; });
    add("OFFER: sent", Offer(), [](Offer& o) { o.sentNs = -1; });
    add("OFFER: share", Offer(), [](Offer& o) { o.share = 1.0000001; });
    add("OFFER: leftover", Offer(), [](Offer& o) { o.leftover = 1.0000001; });
    add("GRANT: lease", Grant(), [](Grant& g) { g.leaseNs = -1; });
    add("GRANT: sent", Grant(), [](Grant& g) { g.sentNs = -1; });
    add("GRANT: state_delay", Grant(), [](Grant& g) { g.stateDelayNs = -2; });
    add("GRANT: reason", Grant(), [](Grant& g) { g.reason = CutReason::LEASE_EXPIRED; });
    add("HELLO: cut_hysteresis", Hello(), [](Hello& h) { h.cutHysteresis = 1.0000001; });
    add("PROBE: sent", Probe(), [](Probe& p) { p.sentNs = -1; });
    add("PROBE_REPLY: sent", ProbeReply(), [](ProbeReply& p) { p.sentNs = -1; });
    add("PROBE_REPLY: uplink_time", ProbeReply(), [](ProbeReply& p) { p.uplinkNs = -1; });
    add("HELLO: role", Hello(), [](Hello& h) { h.role = static_cast<ConnectionRole>(2); });
    add("HELLO: dnn", Hello(), [](Hello& h) { h.dnn = "a\nb"; });
    add("HELLO: processor", Hello(), [](Hello& h) { h.processor = std::string(1, '\0'); });
    add("HELLO: activation_bits", Hello(), [](Hello& h) { h.activationBits = 12; });
    add("ACTIVATION: sent", Activation(), [](Activation& a) { a.sentNs = -1; });
    add("ACTIVATION: result_bytes", Activation(), [](Activation& a) {
        a.resultBytes = (1 << 30) + 1;
    });
    add("RESULT: activation_sent", Result(), [](Result& r) { r.activationSentNs = -1; });
    add("RESULT: activation_received", Result(), [](Result& r) { r.activationSentNs = 1; });
    add("RESULT: server_start", Result(), [](Result& r) { r.serverStartNs = -1; });
    add("RESULT: server_end", Result(), [](Result& r) { r.serverEndNs = -1; });
    add("RESULT: sent", Result(), [](Result& r) { r.sentNs = -1; });
    add("RESULT: uplink_time", Result(), [](Result& r) { r.uplinkNs = -1; });
    for (const auto& [field, body] : bad)
    {
        SCOPED_TRACE(field);
        EXPECT_EQ(FindFault(body), field);
        try
        {
            SurgeryHeader(body, 1);
            ADD_FAILURE() << "accepted by the sender";
        }
        catch (const std::invalid_argument& error)
        {
            EXPECT_EQ(error.what(), field + " is out of range");
        }
        const auto bytes = EncodeBody(body);
        MessageBody read;
        EXPECT_FALSE(DecodeBody(GetMessageType(body), bytes.data(), bytes.size(), read));
    }
}
