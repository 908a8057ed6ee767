#pragma once
// Parameters under their state-dict names, with what their declaration demands of them. It knows no grids and no time:
// optimiser, running means, checkpoints and files need no more of a network.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/io/arrays.hpp>
#include <cortexpr/io/tensor_file.hpp>
#include <cortexpr/plan/network.hpp>

#include <torch/nn/module.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace cortexpr {

/// What `load` does with values against Dale's law or tau >= 1. The reference holds such values after an optimiser's
/// step, and clamps them at the next forward pass.
enum class violations : bool { projected, refused };

/// Trainable tensors under their state-dict names: setting, freezing, projection, files. Base of all modules.
class parameter_set : public torch::nn::Module {
  public:
    /// Parameters as declared, not initialised. The storage of `declared` must outlive the set.
    parameter_set(std::string name, std::span<const plan::parameter> declared, const at::TensorOptions& options);
    parameter_set(const parameter_set&) = delete;
    parameter_set& operator=(const parameter_set&) = delete;
    ~parameter_set() override = default;

    /// What the declaration says of each parameter, in its order.
    std::span<const plan::parameter> declared_parameters() const noexcept { return declared_; }
    /// How many tensors there are.
    int parameter_count() const noexcept { return static_cast<int>(declared_.size()); }
    /// Where the parameters are.
    at::Device device() const;
    /// The element type of the parameters, float32 or float64.
    at::ScalarType dtype() const;

    /// LibTorch's, on devices that a network can have. \throws usage_error  another device, or one that isn't there
    void to(torch::Device device, torch::Dtype dtype, bool non_blocking = false) override;
    /// The parameters as another element type; a run refuses others than float32 and float64.
    void to(torch::Dtype dtype, bool non_blocking = false) override;
    /// As the first.
    void to(torch::Device device, bool non_blocking = false) override;

    /// A parameter by its index among those that are declared.
    const at::Tensor& parameter(int index) const { return parameters_.at(static_cast<std::size_t>(index)); }

    /// Gives parameter `index` new values: a tensor of its shape, or one number for all its elements.
    /// Throws usage_error for another shape, and for values against Dale's law or tau >= 1; nothing is changed then.
    void set(int index, const at::Tensor& values);
    void set(int index, double value);

    /// Whether training changes a parameter: frozen ones have requires_grad off.
    void freeze(int index, bool frozen = true);

    /// Makes Dale's law and tau >= 1 true again, in place: after each optimiser step and after any other change of
    /// parameters. Gradients are not touched.
    void project() { project(parameters_); }
    /// The same for tensors that stand in for the parameters, in their order and of their shapes, such as those that a
    /// module in Python owns.
    void project(std::span<const at::Tensor> stand_ins) const;

    /// The same for the parameters that aren't within their bounds already, by index: what steps parameters may have
    /// kept them there.
    void project_others(const std::vector<bool>& is_within);

    /// Throws usage_error, with the parameter's name, unless tensors can stand in for the parameters: their number and
    /// shapes, one device and one dtype.
    void require_fitting(std::span<const at::Tensor> stand_ins) const;
    /// Throws usage_error, with the parameter's name, if a value is against Dale's law or tau >= 1 by more than 1e-4,
    /// which finite differences take. Costs nothing while the parameters are what the last call, or the last
    /// projection, saw.
    void require_constraints() const { require_constraints(parameters_); }
    /// Throws usage_error, with the parameter's name, if a value is infinite or NaN. Costs as above.
    void require_finite() const { require_finite(parameters_); }

    /// The fixed gain of a parameter: weight = gain x (what Adam steps), which is the same as stepping the weight with
    /// gain x the learning rate. Set by the initialisation; 1 where it set none.
    double step_gain(int index) const { return step_gains_.at(static_cast<std::size_t>(index)); }
    void step_gain(int index, double gain) { step_gains_.at(static_cast<std::size_t>(index)) = gain; }

    using torch::nn::Module::load;  // LibTorch's own, from and to its archives, beside those below
    using torch::nn::Module::save;
    /// Writes all parameters under the reference's names, atomically, as safetensors or as the path's ending says
    /// (io::write_tensors). Throws usage_error where one isn't finite, and leaves the file that is there.
    void save(const std::string& path, const std::map<std::string, std::string>& metadata = {}) const;
    /// The same as a folder with a file for each parameter.
    void save_arrays(const std::string& folder, io::array_format format) const;

    /// Reads what `save`, or the reference through torch.save or Python's safetensors, wrote (io::read_tensors); the
    /// prefix of the network's names there ("module.", "model.net.") is left out, and so is what lacks it, with a
    /// warning of LibTorch's (TORCH_WARN) that names it. Violations are projected, with a warning, too, or refused. A
    /// file that doesn't fit leaves the parameters as they were and throws file_error: other names or shapes, values
    /// that aren't finite, or the network under two prefixes.
    void load(const std::string& path, violations found = violations::projected);
    /// The same from a file that has been read; `path` is its name in messages.
    void load(const io::tensor_file& file, const std::string& path, violations found = violations::projected);

    /// Name of the first parameter that holds an infinite number or NaN; empty if none does.
    std::string first_not_finite() const { return first_not_finite(parameters_); }

    /// What the parameters belong to, as 16 hexadecimal digits: equal for equal networks. A checkpoint names it.
    virtual std::string fingerprint() const = 0;

    /// What the network computes with beside its declaration and its parameters, a connectome's cells and synapses with
    /// their counts, as a text that tells others apart; empty where there is nothing.
    virtual std::string wiring() const { return {}; }
    /// What differs between a wiring that was noted and this network's: "other synapses", or "the same cells in another
    /// order". Empty where nothing does, or nothing was noted.
    std::string difference_from(std::string_view noted_wiring) const;

    /// What belongs to the network and isn't trained, such as the ends of synapses: written beside the parameters, and
    /// compared where a file that is read has it.
    struct fixed_tensor {
        std::string name;                   ///< the reference's state-dict name
        io::dtype type = io::dtype::i64;    ///< element type in the file
        std::vector<std::int64_t> shape{};  ///< sizes, outermost first
        std::vector<std::byte> bytes{};     ///< little-endian, row-major
    };

  protected:
    /// All parameters, as declared.
    std::span<const at::Tensor> parameters_in_order() const noexcept { return parameters_; }
    /// What `save` writes besides the parameters.
    virtual std::vector<fixed_tensor> fixed_tensors() const { return {}; }
    /// A tensor of the reference's files that says nothing which the network doesn't know.
    virtual bool is_known(std::string_view) const { return false; }

    /// The same as the public ones for tensors that stand in for the parameters, in their order and of their shapes.
    void require_constraints(std::span<const at::Tensor> stand_ins) const;
    /// Likewise.
    void require_finite(std::span<const at::Tensor> stand_ins) const;

    /// Makes all step gains 1.
    void reset_step_gains() { step_gains_.assign(step_gains_.size(), 1.0); }

    /// New values of all parameters and everything else that a copy shares.
    void copy_from(const parameter_set& other);

  private:
    struct written;
    written content(const std::string& path) const;
    struct reading;
    reading read_from(const io::tensor_file& file, const std::string& path) const;
    void read_parameter(std::size_t index, const io::tensor_file& file, reading& found) const;

    using versions = std::vector<std::int64_t>;
    std::string first_not_finite(std::span<const at::Tensor> stand_ins) const;

    std::span<const plan::parameter> declared_;
    std::vector<at::Tensor> parameters_;  ///< as declared; also registered under their names
    std::vector<double> step_gains_;
    // LibTorch counts the changes of a tensor: counts and addresses of all tensors that were last found sound.
    mutable std::mutex guard_;
    mutable versions constrained_, finite_;
};

}  // namespace cortexpr
