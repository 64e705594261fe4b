/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Lets ns-3's own test.py run the GoogleTest cases of this folder: `./test.py -s dnn-surgery`.
 * The build that stands alone leaves this file out; there ctest runs the cases.
 */

#include "ns3/test.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

using namespace ns3;

namespace
{

/**
 * @param name a GoogleTest case, "Suite.Case"; of a parameterized one "Prefix/Suite.Case/0"
 * @return the name as ns-3 accepts it
 */
std::string
GetNs3Name(std::string name)
{
    std::replace(name.begin(), name.end(), '/', '-');
    return name;
}

/**
 * @ingroup dnn-surgery-tests
 *
 * One GoogleTest case as an ns-3 test case.
 */
class GoogleTestCase : public TestCase
{
  public:
    /**
     * @param name the case's name for GoogleTest
     */
    explicit GoogleTestCase(const std::string& name)
        : TestCase(GetNs3Name(name)),
          m_filter(name)
    {
    }

  private:
    /// Hands GoogleTest's failures on to the ns-3 test case that runs.
    class FailureListener : public testing::EmptyTestEventListener
    {
      public:
        /**
         * @param owner the ns-3 test case
         */
        explicit FailureListener(GoogleTestCase* owner)
            : m_owner(owner)
        {
        }

      private:
        void OnTestPartResult(const testing::TestPartResult& result) override
        {
            if (result.failed())
            {
                m_owner->ReportTestFailure("GoogleTest",
                                           "failed",
                                           "passed",
                                           result.message(),
                                           result.file_name() ? result.file_name() : "",
                                           std::max(0, result.line_number()));
            }
        }

        GoogleTestCase* m_owner; ///< the ns-3 test case
    };

    void DoRun() override
    {
        auto& listeners = testing::UnitTest::GetInstance()->listeners();
        FailureListener listener(this);
        listeners.Append(&listener);
        GTEST_FLAG_SET(filter, m_filter);
        // a local variable, because NS_TEST_* evaluates what it is given more than once
        const int status = RUN_ALL_TESTS();
        listeners.Release(&listener);
        NS_TEST_ASSERT_MSG_EQ(status, 0, "GoogleTest reports a failure");
    }

    std::string m_filter; ///< the case's name for GoogleTest
};

/**
 * @ingroup dnn-surgery-tests
 *
 * All GoogleTest cases that are linked in.
 */
class DnnSurgeryTestSuite : public TestSuite
{
  public:
    DnnSurgeryTestSuite()
        : TestSuite("dnn-surgery") // of unit tests
    {
    }

  private:
    void DoSetup() override
    {
        int argc = 1;
        char program[] = "dnn-surgery";
        char* argv[] = {program, nullptr};
        testing::InitGoogleTest(&argc, argv);
        // ns-3 prints the results
        auto& listeners = testing::UnitTest::GetInstance()->listeners();
        delete listeners.Release(listeners.default_result_printer());

        const auto& all = *testing::UnitTest::GetInstance();
        for (int i = 0; i < all.total_test_suite_count(); ++i)
        {
            const auto& suite = *all.GetTestSuite(i);
            for (int j = 0; j < suite.total_test_count(); ++j)
            {
                const auto name = std::string(suite.name()) + "." + suite.GetTestInfo(j)->name();
                AddTestCase(new GoogleTestCase(name)); // that is always run
            }
        }
    }
};

/// Registers the suite with ns-3's test runner.
DnnSurgeryTestSuite g_dnnSurgeryTestSuite;

} // namespace
