/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef OUTPUT_FIXTURE_H
#define OUTPUT_FIXTURE_H

#include "simulator-fixture.h"

#include "ns3/surgery-table-output.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// A folder for what a case writes.
class OutputFixture : public SimulatorFixture
{
  protected:
    void TearDown() override
    {
        SimulatorFixture::TearDown();
        std::filesystem::remove_all(m_folder);
    }

    /// @param path a file @return its text
    static std::string Read(const std::string& path)
    {
        std::ifstream in(path);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }

    /// @param work what must be refused @return in which words
    template <typename Error = std::invalid_argument, typename Work>
    static std::string Refuse(Work work)
    {
        try
        {
            work();
        }
        catch (const Error& error)
        {
            return error.what();
        }
        return "nothing was refused";
    }

    /// A folder of this case that goes away with it.
    const std::string m_folder{testing::TempDir() + "outputs-" +
                               testing::UnitTest::GetInstance()->current_test_info()->name()};

    /// Columns of each type.
    const std::vector<ns3::surgery::TableColumn> m_columns{
        {"when_ns", ns3::surgery::ColumnType::INTEGER},
        {"load", ns3::surgery::ColumnType::REAL},
        {"rough_bps", ns3::surgery::ColumnType::REAL, 3},
        {"text", ns3::surgery::ColumnType::TEXT}};
};

/** @} */

#endif // OUTPUT_FIXTURE_H
