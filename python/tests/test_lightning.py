"""Networks under Lightning's Trainer."""

from __future__ import annotations

import warnings

import pytest
import torch

import cortexpr

lightning = pytest.importorskip("lightning")


@pytest.fixture
def learner(Digits, images):
    class Learner(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = Digits(seed=0, data=images)
            self.losses = []

        def training_step(self, batch, _):
            shown, labels = batch
            loss = torch.nn.functional.cross_entropy(self.net(shown, steps=2), labels)
            self.log("loss", loss)
            self.losses.append(loss.item())
            return loss

        def validation_step(self, batch, _):
            assert not self.net.training
            self.log("accuracy", (self.net(batch[0], steps=2).argmax(1) == batch[1]).float().mean())

        def configure_optimizers(self):
            optimizer = torch.optim.Adam(cortexpr.optim.parameter_groups(self.net, lr=1e-3))
            cortexpr.optim.project_after(optimizer)
            return optimizer

    return Learner


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_the_trainer(learner, images, labels, tmp_path, precision):
    examples = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size=3)
    module = learner()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = lightning.Trainer(max_epochs=150, accelerator="cpu", precision=precision, default_root_dir=tmp_path, logger=False,
                                    enable_progress_bar=False, enable_model_summary=False, gradient_clip_val=1.0)
        trainer.fit(module, examples, examples)
    assert sum(module.losses[-8:]) < 0.5 * sum(module.losses[:8])
    assert trainer.callback_metrics["accuracy"] > 0.5
    kept = torch.load(trainer.checkpoint_callback.best_model_path, weights_only=False)
    again = learner()
    again.load_state_dict(kept["state_dict"])
    assert torch.equal(again.eval().net(images, steps=2), module.eval().net(images, steps=2))
