/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "results-file.h"

#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace
{

/// @param field text @return it in quotes, if a comma, a quote or a line's end calls for them
std::string
Quote(const std::string& field)
{
    if (field.find_first_of(",\"\r\n") == std::string::npos)
    {
        return field;
    }
    std::string quoted = "\"";
    for (const auto letter : field)
    {
        quoted += letter == '"' ? "\"\"" : std::string(1, letter);
    }
    return quoted + '"';
}

} // namespace

ResultsFile::ResultsFile(std::string path, const std::vector<std::string>& columns)
    : m_path(std::move(path)),
      m_part(m_path + ".part"),
      m_file(m_part, std::ios::binary)
{
    if (!m_file)
    {
        throw std::runtime_error("--results: cannot write " + m_part);
    }
    Add(columns);
}

void
ResultsFile::Add(const std::vector<std::string>& fields)
{
    for (std::size_t i = 0; i < fields.size(); ++i)
    {
        m_file << (i > 0 ? "," : "") << Quote(fields[i]);
    }
    m_file << '\n';
}

void
ResultsFile::Complete()
{
    m_file.close();
    std::error_code error;
    if (m_file)
    {
        std::filesystem::rename(m_part, m_path, error);
    }
    if (!m_file || error)
    {
        throw std::runtime_error("--results: cannot write " + m_path);
    }
}

std::string
ToField(double value)
{
    std::ostringstream text;
    text.precision(17);
    text << value;
    return text.str();
}
