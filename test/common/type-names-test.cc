/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/integer.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/surgery-attributes.h"
#include "ns3/surgery-own-object.h"
#include "ns3/surgery-type-names.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// The base of a family that only this test knows; it cannot be made.
class Fruit : public Object
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("type-names-test::Fruit").SetParent<Object>();
        return tid;
    }
};

/// A member with an attribute of each kind.
class DarkRedFruit : public Fruit
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid =
            TypeId("type-names-test::DarkRedFruit")
                .SetParent<Fruit>()
                .AddConstructor<DarkRedFruit>()
                .AddAttribute("Count",
                              "An unsigned number.",
                              UintegerValue(1),
                              MakeUintegerAccessor(&DarkRedFruit::m_count),
                              MakeUintegerChecker<uint32_t>(1, 10))
                .AddAttribute("Offset",
                              "A signed number.",
                              IntegerValue(0),
                              MakeIntegerAccessor(&DarkRedFruit::m_offset),
                              MakeIntegerChecker<int32_t>(-10, 10))
                .AddAttribute("Weight",
                              "A real number.",
                              DoubleValue(1),
                              MakeDoubleAccessor(&DarkRedFruit::m_weight),
                              MakeDoubleChecker<double>(0, 1))
                .AddAttribute("Ripe",
                              "A flag.",
                              BooleanValue(false),
                              MakeBooleanAccessor(&DarkRedFruit::m_isRipe),
                              MakeBooleanChecker())
                .AddAttribute("Age",
                              "A time.",
                              TimeValue(Seconds(1)),
                              MakeTimeAccessor(&DarkRedFruit::m_age),
                              MakeTimeChecker(Seconds(0)))
                .AddAttribute("Rate",
                              "A data rate.",
                              DataRateValue(DataRate("1Mbps")),
                              MakeDataRateAccessor(&DarkRedFruit::m_rate),
                              MakeDataRateChecker())
                .AddAttribute("Label",
                              "A text.",
                              StringValue(""),
                              MakeStringAccessor(&DarkRedFruit::m_label),
                              MakeStringChecker())
                .AddAttribute("Seeds",
                              "An object.",
                              StringValue("ns3::ConstantRandomVariable[Constant=1]"),
                              MakePointerAccessor(&DarkRedFruit::m_seeds),
                              MakePointerChecker<RandomVariableStream>())
                .AddAttribute("Graft",
                              "An object that all share which a default is set for.",
                              PointerValue(),
                              MakePointerAccessor(&DarkRedFruit::m_graft),
                              MakePointerChecker<Fruit>())
                .AddAttribute("Branch",
                              "An object of its owner's own.",
                              PointerValue(),
                              MakeOwnObjectAccessor(&DarkRedFruit::m_branch),
                              MakeOptionalObjectChecker<Fruit>());
        return tid;
    }

    uint32_t m_count{0};
    int32_t m_offset{0};
    double m_weight{0};
    bool m_isRipe{false};
    Time m_age;
    DataRate m_rate;
    std::string m_label;
    Ptr<RandomVariableStream> m_seeds;
    Ptr<Fruit> m_graft;
    Ptr<Fruit> m_branch;
};

/// Has an object of its own, and is no fruit, so that what it bears does not bear itself.
class OakTree : public Object
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("type-names-test::OakTree")
                                .SetParent<Object>()
                                .AddConstructor<OakTree>()
                                .AddAttribute("Branch",
                                              "An object of its own.",
                                              PointerValue(),
                                              MakeOwnObjectAccessor(&OakTree::m_branch),
                                              MakeOptionalObjectChecker<Fruit>());
        return tid;
    }

    Ptr<Fruit> m_branch;
};

/// A member of another name. @tparam Tag tells it from the others
template <int Tag>
class OtherFruit : public Fruit
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid =
            TypeId(NAMES[Tag]).SetParent<Fruit>().template AddConstructor<OtherFruit>();
        return tid;
    }

  private:
    static constexpr const char* NAMES[]{"type-names-test::GreenFruit",
                                         "type-names-test::Tomato",
                                         "BlueFruit"};
};

class TypeNamesTest : public SimulatorFixture
{
  protected:
    TypeNamesTest()
    {
        // not when the program begins: other tests look at all TypeIds there are
        DarkRedFruit::GetTypeId();
        OakTree::GetTypeId();
        OtherFruit<0>::GetTypeId();
        OtherFruit<1>::GetTypeId();
        OtherFruit<2>::GetTypeId();
    }

    /// Make a member. @param name as a command line gives it
    Ptr<Object> Make(const std::string& name) const
    {
        return m_names.Create(name);
    }

    /// Make the member with attributes. @param attributes in brackets
    Ptr<DarkRedFruit> MakeRed(const std::string& attributes) const
    {
        return DynamicCast<DarkRedFruit>(Make("dark-red" + attributes));
    }

    /// Expect that a name is refused. @param name it @param words what the message must name
    void ExpectRefused(const std::string& name, const std::vector<std::string>& words) const
    {
        SCOPED_TRACE(name);
        std::string message;
        try
        {
            Make(name);
        }
        catch (const std::invalid_argument& error)
        {
            message = error.what();
        }
        EXPECT_FALSE(message.empty()) << "not refused";
        for (const auto& word : words)
        {
            EXPECT_NE(message.find(word), std::string::npos) << word << " is not in: " << message;
        }
    }

    const TypeNames m_names{Fruit::GetTypeId(), "Fruit", "fruit"}; ///< the family
};

TEST_F(TypeNamesTest, ListsWhatCanBeMadeByShortNames)
{
    EXPECT_EQ(m_names.GetNames(),
              (std::vector<std::string>{"blue", "dark-red", "green", "tomato"}));
}

TEST_F(TypeNamesTest, MakesByShortNameAndByTypeId)
{
    for (const std::string name : {"dark-red", "type-names-test::DarkRedFruit"})
    {
        EXPECT_EQ(Make(name)->GetInstanceTypeId(), DarkRedFruit::GetTypeId()) << name;
    }
    EXPECT_EQ(Make("green")->GetInstanceTypeId(), OtherFruit<0>::GetTypeId());
    EXPECT_EQ(Make("tomato")->GetInstanceTypeId(), OtherFruit<1>::GetTypeId());
    EXPECT_EQ(Make("blue")->GetInstanceTypeId(), OtherFruit<2>::GetTypeId());
    EXPECT_EQ(Make("BlueFruit")->GetInstanceTypeId(), OtherFruit<2>::GetTypeId());
}

TEST_F(TypeNamesTest, SetsTheAttributesInBrackets)
{
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const auto count = static_cast<uint32_t>(1 + random() % 10);
        const auto offset = static_cast<int32_t>(random() % 21) - 10;
        const auto weight = static_cast<double>(random() % 1000) / 1000;
        const auto isRipe = random() % 2 == 0;
        const auto ms = random() % 1000;
        const auto constant = random() % 1000;
        std::vector<std::string> pairs{
            "Count=" + std::to_string(count),
            "Offset=" + std::to_string(offset),
            "Weight=" + std::to_string(weight),
            std::string("Ripe=") + (isRipe ? "true" : "false"),
            "Age=" + std::to_string(ms) + "ms",
            "Label=a=b" + std::to_string(seed),
            "Seeds=ns3::ConstantRandomVariable[Constant=" + std::to_string(constant) + "]"};
        std::shuffle(pairs.begin(), pairs.end(), random);
        std::string list;
        for (const auto& pair : pairs)
        {
            list += (list.empty() ? "[" : "|") + pair;
        }
        const auto red = MakeRed(list + "]");
        EXPECT_EQ(red->m_count, count);
        EXPECT_EQ(red->m_offset, offset);
        EXPECT_DOUBLE_EQ(red->m_weight, weight);
        EXPECT_EQ(red->m_isRipe, isRipe);
        EXPECT_EQ(red->m_age, MilliSeconds(ms));
        EXPECT_EQ(red->m_label, "a=b" + std::to_string(seed));
        EXPECT_EQ(red->m_seeds->GetValue(), static_cast<double>(constant));
    }
}

TEST_F(TypeNamesTest, ReadsNestedBracketsAsOneValue)
{
    const auto red = MakeRed("[Seeds=ns3::UniformRandomVariable[Min=5|Max=5]|Count=7]");
    EXPECT_EQ(red->m_seeds->GetValue(), 5);
    EXPECT_EQ(red->m_count, 7u);
    EXPECT_TRUE(
        DynamicCast<UniformRandomVariable>(MakeRed("[Seeds=ns3::UniformRandomVariable]")->m_seeds))
        << "an object without brackets";
}

TEST_F(TypeNamesTest, ReadsObjectsWithinObjects)
{
    const std::string type = "type-names-test::DarkRedFruit";
    const std::string seeds = "[Seeds=ns3::UniformRandomVariable[Min=5|Max=5]|Count=3]";
    const auto get = [](const Ptr<Fruit>& fruit) { return DynamicCast<DarkRedFruit>(fruit); };
    for (const std::string name : {"Graft", "Branch"})
    {
        SCOPED_TRACE(name);
        const auto inside = "[" + name + "=" + type + seeds + "|Count=2]";
        const auto red = MakeRed("[" + name + "=" + type + inside + "]");
        const auto middle = get(name == "Graft" ? red->m_graft : red->m_branch);
        const auto last = get(name == "Graft" ? middle->m_graft : middle->m_branch);
        EXPECT_EQ(middle->m_count, 2u);
        EXPECT_EQ(last->m_count, 3u);
        EXPECT_EQ(last->m_seeds->GetValue(), 5);
        // what is wrong inside, and an object of another kind
        const auto wrong = seeds.substr(0, seeds.size() - 2) + "0]";
        ExpectRefused("dark-red[" + name + "=" + type + wrong + "]",
                      {type, name, "Count", "\"0\""});
        ExpectRefused("dark-red[" + name + "=" + type + seeds.substr(0, seeds.size() - 1) + "]",
                      {type, name});
        ExpectRefused("dark-red[" + name +
                          "=ns3::RandomRectanglePositionAllocator[X="
                          "ns3::UniformRandomVariable[Min=5|Max=5]]]",
                      {type, name, "no valid"});
    }
}

TEST_F(TypeNamesTest, ADefaultWithObjectsWithinObjectsIsOneForAllOrEachOnesOwn)
{
    const std::string type = "type-names-test::DarkRedFruit";
    const auto text = type + "[Seeds=ns3::UniformRandomVariable[Min=5|Max=5]]";
    SetDefaultOrThrow(type + "::Graft", text);
    const auto first = MakeRed("");
    const auto second = MakeRed("");
    ASSERT_TRUE(first->m_graft);
    EXPECT_EQ(first->m_graft, second->m_graft) << "as ns-3 does";
    Config::SetDefault(type + "::Graft", PointerValue());
    SetDefaultOrThrow("type-names-test::OakTree::Branch", text);
    ObjectFactory factory("type-names-test::OakTree");
    const auto oaks = {factory.Create<OakTree>(), factory.Create<OakTree>()};
    for (const auto& oak : oaks)
    {
        ASSERT_TRUE(oak->m_branch);
        EXPECT_EQ(DynamicCast<DarkRedFruit>(oak->m_branch)->m_seeds->GetValue(), 5);
    }
    EXPECT_NE((*oaks.begin())->m_branch, (*(oaks.begin() + 1))->m_branch);
}

TEST_F(TypeNamesTest, TakesBlanksWhole)
{
    const auto red = MakeRed("[Label= a  b |Count=7]");
    EXPECT_EQ(red->m_label, " a  b ");
    EXPECT_EQ(red->m_count, 7u);
    // ns-3 would read what stands before the blank
    ExpectRefused("dark-red[Seeds=ns3::ConstantRandomVariable[Constant=5 ]]", {"Seeds"});
    ExpectRefused("dark-red[Count=7 ]", {"Count", "\"7 \""});
}

TEST_F(TypeNamesTest, ReadsTheRatesThatItTellsReadable)
{
    for (const std::string text : {"5Mbps", "0.5kb/s", "7", "3KiB/s", "2MB/s", "1GBps", "10bps"})
    {
        EXPECT_EQ(MakeRed("[Rate=" + text + "]")->m_rate, DataRate(text)) << text;
    }
}

TEST_F(TypeNamesTest, RefusesRandomVariablesThatHaveNoValue)
{
    // ns-3 would draw for ever, or end the program
    for (const std::string variable : {"NormalRandomVariable[Bound=0]",
                                       "NormalRandomVariable[Variance=-1]",
                                       "ExponentialRandomVariable[Mean=1|Bound=1e-300]",
                                       "ExponentialRandomVariable[Bound=-1]",
                                       "ParetoRandomVariable[Scale=5|Bound=1]",
                                       "WeibullRandomVariable[Scale=5|Bound=1e-300]",
                                       "EmpiricalRandomVariable",
                                       "DeterministicRandomVariable"})
    {
        ExpectRefused("dark-red[Seeds=ns3::" + variable + "]",
                      {"ns3::" + variable.substr(0, variable.find('['))});
    }
    for (const std::string variable : {"NormalRandomVariable[Mean=1|Variance=0|Bound=0]",
                                       "NormalRandomVariable",
                                       "ExponentialRandomVariable[Mean=1|Bound=0.5]",
                                       "ParetoRandomVariable[Scale=1|Bound=2]",
                                       "WeibullRandomVariable[Scale=5|Bound=1]"})
    {
        EXPECT_GE(MakeRed("[Seeds=ns3::" + variable + "]")->m_seeds->GetValue(), -100) << variable;
    }
}

TEST_F(TypeNamesTest, SetsDefaultsAndRefusesWhatIsNone)
{
    SetDefaultOrThrow("type-names-test::DarkRedFruit::Count", "3");
    EXPECT_EQ(MakeRed("")->m_count, 3u);
    for (const std::string path : {"Count", "Foo::Count", "type-names-test::DarkRedFruit::Color"})
    {
        EXPECT_THROW(SetDefaultOrThrow(path, "3"), std::invalid_argument) << path;
    }
    EXPECT_THROW(SetDefaultOrThrow("type-names-test::DarkRedFruit::Age", "5seconds"),
                 std::invalid_argument);
}

TEST_F(TypeNamesTest, RefusesAnUnknownNameAndListsTheKnownOnes)
{
    for (const std::string name :
         {"", "yellow", "Dark-Red", "DarkRed", "dark-red-fruit", "fruit", "ns3::Node", "[Count=1]"})
    {
        ExpectRefused(name, {"fruit \"" + name + "\"", "blue, dark-red, green, tomato"});
    }
    ExpectRefused("type-names-test::Fruit", {"type-names-test::Fruit"}); // it has no constructor
}

TEST_F(TypeNamesTest, RefusesAttributesAndNamesWhatIsWrong)
{
    const std::string type = "type-names-test::DarkRedFruit";
    ExpectRefused("dark-red[Color=1]", {type, "Color"});
    ExpectRefused("green[Count=1]", {"type-names-test::GreenFruit", "Count"});
    // not a list
    ExpectRefused("dark-red[", {type, "\"[\""});
    ExpectRefused("dark-red[]", {type, "NAME=VALUE"});
    ExpectRefused("dark-red[Count]", {type, "\"Count\""});
    ExpectRefused("dark-red[Count=1", {type, "\"[Count=1\""});
    ExpectRefused("dark-red[Count=1|]", {type, "\"\"", "NAME=VALUE"});
    ExpectRefused("dark-red[Count=1]x", {type, "\"[Count=1]x\""});
    ExpectRefused("dark-red[Count=1]]", {type, "brackets"});
    ExpectRefused("dark-red[[Count=1]]", {type, "[Count"});
    ExpectRefused("dark-red[Label=[a]", {type, "Label=[a"});
    EXPECT_EQ(MakeRed("[Label=[[a]]]")->m_label, "[[a]]");
    // not a value
    ExpectRefused("dark-red[Count=0]", {type, "Count", "\"0\""});
    ExpectRefused("dark-red[Count=11]", {type, "Count", "\"11\""});
    ExpectRefused("dark-red[Count=few]", {type, "Count", "\"few\""});
    ExpectRefused("dark-red[Count=3x]", {type, "Count", "\"3x\""});
    ExpectRefused("dark-red[Count=]", {type, "Count", "\"\""});
    ExpectRefused("dark-red[Count=-18446744073709551615]", {type, "Count"}); // 1 modulo 2^64
    ExpectRefused("dark-red[Count=1 2]", {type, "Count", "\"1 2\""});
    ExpectRefused("dark-red[Weight=nan]", {type, "Weight", "\"nan\""});
    ExpectRefused("dark-red[Rate=fast]", {type, "Rate", "\"fast\""});
    ExpectRefused("dark-red[Rate=5 Mbps]", {type, "Rate", "\"5 Mbps\""});
    ExpectRefused("dark-red[Rate=1e6bps]", {type, "Rate", "\"1e6bps\""});
    ExpectRefused("dark-red[Offset=-11]", {type, "Offset", "\"-11\""});
    ExpectRefused("dark-red[Weight=1.5]", {type, "Weight", "\"1.5\""});
    ExpectRefused("dark-red[Weight=0.5kg]", {type, "Weight", "\"0.5kg\""});
    ExpectRefused("dark-red[Ripe=maybe]", {type, "Ripe", "\"maybe\""});
    ExpectRefused("dark-red[Age=-1s]", {type, "Age", "\"-1s\""});
    ExpectRefused("dark-red[Age=soon]", {type, "Age", "\"soon\""});
    ExpectRefused("dark-red[Age=1.2.3s]", {type, "Age", "\"1.2.3s\""});
    ExpectRefused("dark-red[Age=]", {type, "Age", "\"\""});
    ExpectRefused("dark-red[Age=1e300s]", {type, "Age", "\"1e300s\""});
    // not an object
    const std::string uniform = "ns3::UniformRandomVariable";
    ExpectRefused("dark-red[Seeds=few]", {type, "Seeds", "\"few\""});
    ExpectRefused("dark-red[Seeds=ns3::Node]", {type, "Seeds", "ns3::Node"});
    ExpectRefused("dark-red[Seeds=ns3::RandomVariableStream]", {type, "Seeds"});
    ExpectRefused("dark-red[Seeds=" + uniform + "[Least=1]]", {type, "Seeds", uniform, "Least"});
    ExpectRefused("dark-red[Seeds=" + uniform + "[Min=low]]", {type, "Seeds", "Min", "\"low\""});
}

TEST_F(TypeNamesTest, SetsValuesThatAreNoTextToo)
{
    ObjectFactory factory;
    factory.SetTypeId(DarkRedFruit::GetTypeId());
    SetAttributeOrThrow(factory, "Count", UintegerValue(7));
    SetAttributeOrThrow(factory, "Age", TimeValue(Seconds(3)));
    EXPECT_THROW(SetAttributeOrThrow(factory, "Count", UintegerValue(11)), std::invalid_argument);
    EXPECT_THROW(SetAttributeOrThrow(factory, "Age", TimeValue(Seconds(-1))),
                 std::invalid_argument);
    EXPECT_THROW(SetAttributeOrThrow(factory, "Color", UintegerValue(1)), std::invalid_argument);
    const auto red = factory.Create<DarkRedFruit>();
    EXPECT_EQ(red->m_count, 7u) << "what was refused must not be set";
    EXPECT_EQ(red->m_age, Seconds(3));
}

} // namespace
